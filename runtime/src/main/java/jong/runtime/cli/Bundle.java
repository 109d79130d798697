package jong.runtime.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import jong.oci.runtime.NamespaceType;
import jong.oci.runtime.ProcessSpec;
import jong.oci.runtime.Spec;
import jong.runtime.cgroups.ContainerCgroup;
import jong.runtime.hooks.ContainerState;
import jong.runtime.hooks.Hooks;
import jong.runtime.validate.Host;
import jong.runtime.validate.SpecValidator;
import jong.wire.json.Json;
import jong.wire.json.JsonException;
import jong.wire.status.StatusException.InvalidArgument;
import jong.wire.status.StatusException.NotFound;

/** What a container is made from. */
final class Bundle {

    private final Path path;
    private final byte[] config;
    private final Spec spec;
    private final Path rootfs;

    private Bundle(Path path, byte[] config, Spec spec, Path rootfs) {
        this.path = path;
        this.config = config;
        this.spec = spec;
        this.rootfs = rootfs;
    }

    /**
     * The bundle that the command line names.
     *
     * @throws NotFound if there is none
     * @throws InvalidArgument if its configuration can never be carried out
     */
    static Bundle read(Arguments arguments) throws IOException {
        Path path = Path.of(arguments.value("bundle", "")).toAbsolutePath().normalize();
        byte[] config = readConfig(path);
        Spec spec = parse(config);
        SpecValidator.checkAgainst(Host.local(), spec);
        return new Bundle(path, config, spec, rootfs(path, spec));
    }

    private static byte[] readConfig(Path path) throws IOException {
        if (!Files.isDirectory(path)) {
            throw new NotFound("chdir " + path + ": no such file or directory");
        }
        try {
            return Files.readAllBytes(path.resolve("config.json"));
        } catch (NoSuchFileException e) {
            throw new NotFound("JSON specification file config.json not found", e);
        }
    }

    private static Spec parse(byte[] config) {
        try {
            return new Spec(Json.parseObject(config));
        } catch (JsonException e) {
            throw new InvalidArgument("config.json: " + e.getMessage(), e);
        }
    }

    private static Path rootfs(Path path, Spec spec) {
        Path rootfs = path.resolve(spec.rootPath()).normalize();
        if (!Files.exists(rootfs)) {
            throw new InvalidArgument(
                    "invalid rootfs: stat " + rootfs + ": no such file or directory");
        }
        if (!Files.isDirectory(rootfs)) {
            throw new InvalidArgument("invalid rootfs: " + rootfs + " is not a directory");
        }
        return rootfs;
    }

    /** Its directory, absolute. */
    Path path() {
        return path;
    }

    /** What its config.json says. */
    Spec spec() {
        return spec;
    }

    /** The container's root, absolute. */
    Path rootfs() {
        return rootfs;
    }

    /** Keeps config.json, byte by byte, as the container's. */
    void keepConfig(StateDirectory directory) throws IOException {
        directory.writeSpec(config);
    }

    /** Whether the container's first process has a terminal. */
    boolean terminal() {
        return spec.process().map(ProcessSpec::terminal).orElse(false);
    }

    Hooks hooks(String id) {
        return new Hooks(ContainerState.of(id, path, spec), spec);
    }

    /**
     * What is kept of the container that was made of it now.
     *
     * @param resctrlMade whether its group of resctrl was made for it
     */
    State state(String id, Front.Launched process, ContainerCgroup cgroup, boolean resctrlMade)
            throws IOException {
        return new State(
                spec.json().string("ociVersion"),
                id,
                process.pid(),
                process.startTime(),
                Instant.now().toString(),
                path,
                rootfs,
                cgroup.path(),
                cgroup.directories(),
                resctrlMade,
                "".equals(spec.linux().namespaces().get(NamespaceType.PID)),
                Stdio.names(),
                spec.json().object("annotations"));
    }
}
