package jong.engine.spec;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import jong.api.HostConfig;
import jong.engine.spec.MountPoint.Kind;
import jong.engine.spec.MountPoint.Options;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException.InvalidArgument;

/**
 * Reads {@code Binds} and {@code Mounts} of a host configuration, with docker's rules and texts.
 */
public final class MountParser {

    private static final Set<String> PROPAGATIONS =
            Set.of("private", "rprivate", "slave", "rslave", "shared", "rshared");
    private static final Set<String> CONSISTENCIES = Set.of("consistent", "cached", "delegated");
    private static final Pattern VOLUME_NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]+");

    private MountParser() {}

    /**
     * The mounts of {@code Mounts}, then those of {@code Binds}; volumes are not resolved yet.
     *
     * @throws InvalidArgument with docker's text
     */
    public static List<MountPoint> parse(HostConfig host) {
        List<MountPoint> result = new ArrayList<>();
        for (String bind : host.binds()) {
            add(result, bind(bind, host.volumeDriver()));
        }
        for (JsonObject mount : host.mounts()) {
            add(result, mount(mount));
        }
        return result;
    }

    private static void add(List<MountPoint> mounts, MountPoint added) {
        for (MountPoint mount : mounts) {
            if (mount.destination().equals(added.destination())) {
                throw new InvalidArgument("Duplicate mount point: " + added.destination());
            }
        }
        mounts.add(added);
    }

    /** An anonymous volume for {@code destination}, as an image's {@code VOLUME} asks for. */
    public static MountPoint anonymous(String destination, String driver) {
        return new MountPoint(
                Kind.VOLUME,
                "",
                "",
                clean(destination, destination),
                driver.isEmpty() ? "local" : driver,
                "",
                true,
                "",
                Options.DEFAULT.asAnonymous());
    }

    private static MountPoint bind(String text, String driver) {
        String[] parts = text.split(":", -1);
        if (parts.length == 1) {
            return anonymous(parts[0], driver);
        }
        boolean wrong = parts.length > 3 || parts[0].isEmpty() || parts[1].isEmpty();
        if (wrong) {
            throw new InvalidArgument("invalid volume specification: '" + text + "'");
        }
        String mode = parts.length == 3 ? parts[2] : "";
        boolean path = parts[0].startsWith("/");
        var flags = BindFlags.parse(mode, path);
        String destination =
                destination(
                        parts[1],
                        path ? "bind" : "volume",
                        "invalid volume specification: '" + text + "': ");
        if (path) {
            return new MountPoint(
                    Kind.BIND,
                    "",
                    Path.of(parts[0]).normalize().toString(),
                    destination,
                    "",
                    mode,
                    flags.writable,
                    flags.propagation.isEmpty() ? "rprivate" : flags.propagation,
                    Options.DEFAULT);
        }
        checkVolumeName(parts[0]);
        return new MountPoint(
                Kind.VOLUME,
                parts[0],
                "",
                destination,
                driver.isEmpty() ? "local" : driver,
                mode.isEmpty() ? "z" : mode,
                flags.writable,
                "",
                flags.copy ? Options.DEFAULT : Options.DEFAULT.withoutCopy());
    }

    private static MountPoint mount(JsonObject mount) {
        String type = mount.string("Type");
        String prefix = "invalid mount config for type \"" + type + "\": ";
        if (mount.string("Target").isEmpty()) {
            throw new InvalidArgument(prefix + "field Target must not be empty");
        }
        String destination = destination(mount.string("Target"), type, "");
        return switch (type) {
            case "bind" -> bindMount(mount, destination, prefix);
            case "volume" -> volumeMount(mount, destination);
            case "tmpfs" -> tmpfsMount(mount, destination, prefix);
            default -> throw new InvalidArgument(prefix + "mount type unknown");
        };
    }

    private static MountPoint bindMount(JsonObject mount, String destination, String prefix) {
        String source = mount.string("Source");
        JsonObject options = mount.object("BindOptions");
        if (source.isEmpty()) {
            throw new InvalidArgument(prefix + "field Source must not be empty");
        }
        if (!source.startsWith("/")) {
            throw new InvalidArgument(
                    prefix + "invalid mount path: '" + source + "' mount path must be absolute");
        }
        if (!options.flag("CreateMountpoint") && !Files.exists(Path.of(source))) {
            throw new InvalidArgument(prefix + "bind source path does not exist: " + source);
        }
        String propagation = options.string("Propagation", "rprivate");
        if (!PROPAGATIONS.contains(propagation)) {
            throw new InvalidArgument(prefix + "invalid propagation mode: " + propagation);
        }
        var how =
                new Options(
                        false,
                        false,
                        !options.flag("NonRecursive"),
                        !options.flag("ReadOnlyNonRecursive"),
                        "",
                        List.of());
        boolean write = !mount.flag("ReadOnly");
        return new MountPoint(
                Kind.BIND,
                "",
                Path.of(source).normalize().toString(),
                destination,
                "",
                "",
                write,
                propagation,
                how);
    }

    private static MountPoint volumeMount(JsonObject mount, String destination) {
        JsonObject options = mount.object("VolumeOptions");
        String name = mount.string("Source");
        if (!name.isEmpty()) {
            checkVolumeName(name);
        }
        var how =
                new Options(
                        !options.flag("NoCopy"),
                        name.isEmpty(),
                        true,
                        true,
                        options.string("Subpath"),
                        List.of());
        return new MountPoint(
                Kind.VOLUME,
                name,
                "",
                destination,
                options.object("DriverConfig").string("Name", "local"),
                "z",
                !mount.flag("ReadOnly"),
                "",
                how);
    }

    private static MountPoint tmpfsMount(JsonObject mount, String destination, String prefix) {
        if (!mount.string("Source").isEmpty()) {
            throw new InvalidArgument(prefix + "field Source must not be specified");
        }
        JsonObject options = mount.object("TmpfsOptions");
        List<String> words = new ArrayList<>();
        if (options.number("Mode") != 0) {
            words.add("mode=" + Long.toOctalString(options.number("Mode")));
        }
        if (options.number("SizeBytes") != 0) {
            words.add("size=" + size(options.number("SizeBytes")));
        }
        if (mount.flag("ReadOnly")) {
            words.add("ro");
        }
        var how = new Options(false, false, true, true, "", words);
        boolean write = !mount.flag("ReadOnly");
        return new MountPoint(Kind.TMPFS, "", "", destination, "", "", write, "", how);
    }

    /** With the largest unit that leaves no rest, as docker writes it. */
    private static String size(long bytes) {
        String[] units = {"", "k", "m", "g"};
        int unit = 0;
        while (unit < 3 && bytes % 1024 == 0) {
            bytes /= 1024;
            unit++;
        }
        return bytes + units[unit];
    }

    private static String destination(String path, String type, String prefix) {
        if (path.equals("/")) {
            throw new InvalidArgument(
                    prefix
                            + "invalid mount config for type \""
                            + type
                            + "\": invalid specification: destination can't be '/'");
        }
        return clean(path, prefix + "invalid mount config for type \"" + type + "\": ");
    }

    private static String clean(String path, String prefix) {
        if (!path.startsWith("/")) {
            throw new InvalidArgument(
                    prefix + "invalid mount path: '" + path + "' mount path must be absolute");
        }
        return Path.of(path).normalize().toString();
    }

    private static void checkVolumeName(String name) {
        if (!VOLUME_NAME.matcher(name).matches()) {
            throw new InvalidArgument(
                    "create "
                            + name
                            + ": \""
                            + name
                            + "\" includes invalid characters for a local volume name, only"
                            + " \"[a-zA-Z0-9][a-zA-Z0-9_.-]\" are allowed. If you intended to pass"
                            + " a host directory, use absolute path");
        }
    }

    /** The third part of a bind: each kind of option at most once. */
    private record BindFlags(boolean writable, boolean copy, String propagation) {

        static BindFlags parse(String mode, boolean path) {
            String access = "";
            String label = "";
            String propagation = "";
            String consistency = "";
            boolean copy = true;
            for (String word : mode.isEmpty() ? new String[0] : mode.split(",", -1)) {
                boolean fresh;
                if (word.equals("ro") || word.equals("rw")) {
                    fresh = access.isEmpty();
                    access = word;
                } else if (word.equals("z") || word.equals("Z")) {
                    fresh = label.isEmpty();
                    label = word;
                } else if (path && PROPAGATIONS.contains(word)) {
                    fresh = propagation.isEmpty();
                    propagation = word;
                } else if (CONSISTENCIES.contains(word)) {
                    fresh = consistency.isEmpty();
                    consistency = word;
                } else {
                    fresh = !path && word.equals("nocopy") && copy;
                    copy = false;
                }
                if (!fresh) {
                    throw new InvalidArgument("invalid mode: " + mode);
                }
            }
            return new BindFlags(!access.equals("ro"), copy, propagation);
        }
    }
}
