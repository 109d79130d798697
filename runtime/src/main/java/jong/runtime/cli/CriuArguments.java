package jong.runtime.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import jong.oci.runtime.NamespaceType;
import jong.oci.runtime.Spec;
import jong.runtime.criu.CriuOptions;
import jong.wire.json.Json;
import jong.wire.json.JsonException;
import jong.wire.status.StatusException.InvalidArgument;
import jong.wire.status.StatusException.NotFound;
import org.jspecify.annotations.Nullable;

/** The options that {@code checkpoint} and {@code restore} share, as criu takes them. */
final class CriuArguments {

    private static final String CONFIGURATION = "org.criu.config";
    private static final String DEFAULT_CONFIGURATION = "/etc/criu/runc.conf";
    private static final String STDIO = "descriptors.json";
    private static final int EVERYTHING = 4;
    private static final int LARGEST_PORT = 65_535;

    /** By their numbers in criu. */
    private static final List<String> CGROUP_MODES =
            List.of("ignore", "none", "props", "soft", "full", "strict", "");

    /** Numbers that runc's callers cannot ask for. */
    private static final List<String> HIDDEN_MODES = List.of("none", "props");

    private final Arguments arguments;
    private final Path images;

    CriuArguments(Arguments arguments) {
        this.arguments = arguments;
        String given = arguments.value("image-path", "");
        this.images = Path.of(given.isEmpty() ? "checkpoint" : given).toAbsolutePath().normalize();
    }

    /** Where the images are. */
    Path images() {
        return images;
    }

    /** Where criu's log is. */
    Path logs() {
        String work = arguments.value("work-path", "");
        return work.isEmpty() ? images : Path.of(work).toAbsolutePath().normalize();
    }

    /** What criu must have open before all else, in the order that {@link #apply} tells. */
    List<String> directories() {
        return List.of(images.toString(), logs().toString());
    }

    /**
     * The directory of the dump before this one, relative to that of the images; or empty.
     *
     * @throws InvalidArgument if it is not there
     */
    String parent() {
        String parent = arguments.value("parent-path", "");
        if (parent.isEmpty()) {
            return "";
        }
        if (parent.startsWith("/")) {
            throw new InvalidArgument("--parent-path must be relative");
        }
        Path directory = images.resolve(parent).normalize();
        if (!Files.isDirectory(directory)) {
            throw new InvalidArgument(
                    "invalid --parent-path: stat "
                            + directory
                            + (Files.exists(directory)
                                    ? ": not a directory"
                                    : ": no such file or directory"));
        }
        return parent;
    }

    /** Sets those options that mean the same for both. */
    void apply(CriuOptions options, Spec spec) {
        options.with(CriuOptions.Numeric.IMAGES_DIR_FD, Partner.FIRST_GIVEN)
                .with(CriuOptions.Numeric.WORK_DIR_FD, Partner.FIRST_GIVEN + 1)
                .with(CriuOptions.Numeric.LOG_LEVEL, EVERYTHING)
                .with(CriuOptions.Flag.MANAGE_CGROUPS, true)
                .with(CriuOptions.Numeric.MANAGE_CGROUPS_MODE, cgroupMode())
                .with(CriuOptions.Flag.NOTIFY_SCRIPTS, true)
                .with(CriuOptions.Flag.SHELL_JOB, arguments.has("shell-job"))
                .with(CriuOptions.Flag.EXT_UNIX_SK, arguments.has("ext-unix-sk"))
                .with(CriuOptions.Flag.TCP_ESTABLISHED, arguments.has("tcp-established"))
                .with(CriuOptions.Flag.FILE_LOCKS, arguments.has("file-locks"))
                .with(CriuOptions.Numeric.EMPTY_NS, emptyNamespaces())
                .with(CriuOptions.Flag.ORPHAN_PTS_MASTER, true)
                .with(CriuOptions.Flag.AUTO_DEDUP, arguments.has("auto-dedup"))
                .with(CriuOptions.Flag.LAZY_PAGES, arguments.has("lazy-pages"));
        configuration(spec).ifPresent(f -> options.with(CriuOptions.Text.CONFIG_FILE, f));
    }

    /** What overrides all these; with an empty annotation, nothing does. */
    private static Optional<String> configuration(Spec spec) {
        @Nullable String given = spec.annotations().get(CONFIGURATION);
        String file = given == null ? DEFAULT_CONFIGURATION : given;
        return file.isEmpty() ? Optional.empty() : Optional.of(file);
    }

    private int cgroupMode() {
        String word = arguments.value("manage-cgroups-mode", "");
        int mode = CGROUP_MODES.indexOf(word);
        if (mode < 0 || HIDDEN_MODES.contains(word)) {
            throw new InvalidArgument("invalid manage-cgroups-mode value");
        }
        return mode;
    }

    /** The network is made by others, before and after: criu never touches it. */
    private int emptyNamespaces() {
        for (String word : arguments.all("empty-ns")) {
            if (!word.equals(NamespaceType.NETWORK.word())) {
                throw new InvalidArgument("namespace \"" + word + "\" is not supported");
            }
        }
        return (int) NamespaceType.NETWORK.cloneFlag();
    }

    /** Where memory is sent in place of a file, if the caller wants that. */
    void applyPageServer(CriuOptions options) {
        String given = arguments.value("page-server", "");
        if (given.isEmpty()) {
            return;
        }
        int colon = given.lastIndexOf(':');
        String address = colon < 0 ? "" : given.substring(0, colon);
        if (address.startsWith("[") && address.endsWith("]")) {
            address = address.substring(1, address.length() - 1);
        }
        String port = given.substring(colon + 1);
        if (address.isEmpty() || port.isEmpty()) {
            throw new InvalidArgument("Use --page-server ADDRESS:PORT to specify page server");
        }
        options.withPageServer(address, port(port));
    }

    private static int port(String text) {
        try {
            int port = Integer.parseInt(text);
            if (port > 0 && port <= LARGEST_PORT) {
                return port;
            }
        } catch (NumberFormatException _) {
            // Told below, as for a number out of range.
        }
        throw new InvalidArgument("Invalid port number");
    }

    /** Notes the names of what the container has as stdio. */
    void writeStdio(List<String> names) throws IOException {
        Path file = images.resolve(STDIO);
        Files.deleteIfExists(file);
        Files.createFile(
                file,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, Json.write(names));
    }

    /**
     * The names of what the container had as stdio.
     *
     * @throws NotFound if there are no images
     */
    List<String> readStdio() throws IOException {
        if (!Files.isDirectory(images)) {
            throw new NotFound("open " + images + ": no such file or directory");
        }
        Path file = images.resolve(STDIO);
        try {
            return Json.parseObject("{\"names\":" + Files.readString(file) + "}").strings("names");
        } catch (NoSuchFileException e) {
            throw new NotFound("open " + file + ": no such file or directory", e);
        } catch (JsonException e) {
            throw new InvalidArgument(file + ": " + e.getMessage(), e);
        }
    }

    /**
     * Makes a directory for criu's files, unless it is there, for its owner alone.
     *
     * @throws IOException if it cannot be made
     */
    static void make(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            Files.createDirectories(
                    directory,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rwx------")));
        }
    }
}
