package jong.engine.spec;

import java.io.File;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import jong.api.IdMap;
import jong.engine.spec.MountPoint.BindOptions;
import jong.engine.spec.MountPoint.Kind;
import jong.engine.spec.MountPoint.Options;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException.InvalidArgument;

/** An entry of {@code Mounts}, checked in docker's order and with its texts. */
final class MountConfig {

    private static final Set<String> TMPFS_WORDS = Set.of("exec", "noexec");

    private final JsonObject mount;
    private final String type;
    private final String source;
    private final boolean writable;

    private MountConfig(JsonObject mount) {
        this.mount = mount;
        this.type = mount.string("Type");
        this.source = mount.string("Source");
        this.writable = !mount.flag("ReadOnly");
    }

    /**
     * Reads an entry.
     *
     * @throws InvalidArgument with docker's text; also if the source of a bind mount is missing
     */
    static MountPoint parse(JsonObject mount) {
        return new MountConfig(mount).parse(true);
    }

    /** The same for an entry of {@code Binds}, of which a missing source is made at the start. */
    static MountPoint parseWithoutLooking(JsonObject mount) {
        return new MountConfig(mount).parse(false);
    }

    /** Checks a path in the container. */
    static void checkDestination(String path) {
        if (CleanPath.of(path).equals("/")) {
            throw new InvalidArgument("invalid specification: destination can't be '/'");
        }
        checkAbsolute(path);
    }

    private static void checkAbsolute(String path) {
        if (!path.startsWith("/")) {
            throw new InvalidArgument(
                    "invalid mount path: '" + path + "' mount path must be absolute");
        }
    }

    private MountPoint parse(boolean look) {
        try {
            checkExclusive();
            String target = mount.string("Target");
            requireField("Target", target);
            checkDestination(target);
            String destination = CleanPath.of(target);
            return switch (type) {
                case "bind" -> bind(destination, look);
                case "volume" -> volume(destination);
                case "tmpfs" -> tmpfs(destination);
                case "image" -> image(destination);
                default -> throw new InvalidArgument("mount type unknown");
            };
        } catch (InvalidArgument e) {
            throw new InvalidArgument(
                    "invalid mount config for type \"" + type + "\": " + e.getMessage(), e);
        }
    }

    private void checkExclusive() {
        for (String owner : List.of("Bind", "Volume", "Image", "Tmpfs", "Cluster")) {
            String field = owner + "Options";
            if (mount.has(field) && !owner.equalsIgnoreCase(type)) {
                throw new InvalidArgument("field " + field + " must not be specified");
            }
        }
    }

    private static void requireField(String name, String value) {
        if (value.isEmpty()) {
            throw new InvalidArgument("field " + name + " must not be empty");
        }
    }

    private MountPoint bind(String destination, boolean look) {
        requireField("Source", source);
        JsonObject options = mount.object("BindOptions");
        String propagation = options.string("Propagation");
        if (!propagation.isEmpty() && !BindMode.PROPAGATIONS.contains(propagation)) {
            throw new InvalidArgument("invalid propagation mode: " + propagation);
        }
        checkAbsolute(source);
        boolean make = options.flag("CreateMountpoint");
        if (look && !make && !new File(source).exists()) {
            throw new InvalidArgument("bind source path does not exist: " + source);
        }
        var how =
                new BindOptions(
                        !options.flag("NonRecursive"),
                        options.flag("ReadOnlyNonRecursive"),
                        options.flag("ReadOnlyForceRecursive"),
                        make,
                        !propagation.isEmpty());
        return new MountPoint(
                Kind.BIND,
                "",
                CleanPath.of(source),
                destination,
                "",
                "",
                writable,
                propagation.isEmpty() ? "rprivate" : propagation,
                new Options(false, false, how, "", List.of(), idMap(options)));
    }

    private MountPoint volume(String destination) {
        JsonObject options = mount.object("VolumeOptions");
        String subpath = options.string("Subpath");
        if (!subpath.isEmpty() && source.isEmpty()) {
            throw new InvalidArgument("must not set Subpath when using anonymous volumes");
        }
        checkSubpath(subpath);
        return new MountPoint(
                Kind.VOLUME,
                source,
                "",
                destination,
                options.object("DriverConfig").string("Name"),
                "z",
                writable,
                "",
                new Options(
                        !options.flag("NoCopy"),
                        source.isEmpty(),
                        BindOptions.DEFAULT,
                        subpath,
                        List.of(),
                        idMap(options)));
    }

    private static IdMap idMap(JsonObject options) {
        return options.has("IDMap") ? IdMap.of(options.object("IDMap")) : IdMap.NONE;
    }

    private static void checkSubpath(String subpath) {
        if (!subpath.isEmpty() && !CleanPath.isLocal(subpath)) {
            throw new InvalidArgument("subpath must be a relative path within the volume");
        }
    }

    private MountPoint tmpfs(String destination) {
        if (!source.isEmpty()) {
            throw new InvalidArgument("field Source must not be specified");
        }
        JsonObject options = mount.object("TmpfsOptions");
        List<String> words = new ArrayList<>();
        if (!writable) {
            words.add("ro");
        }
        if (options.number("Mode") != 0) {
            words.add("mode=" + Long.toOctalString(options.number("Mode")));
        }
        if (options.number("SizeBytes") != 0) {
            words.add("size=" + size(options.number("SizeBytes")));
        }
        words.addAll(tmpfsWords(options));
        return new MountPoint(
                Kind.TMPFS,
                "",
                "",
                destination,
                "",
                "",
                writable,
                "",
                new Options(false, false, BindOptions.DEFAULT, "", words, IdMap.NONE));
    }

    /** Lists of a word and perhaps its value, since version 1.46 of the API. */
    private static List<String> tmpfsWords(JsonObject options) {
        List<String> words = new ArrayList<>();
        for (Object each : options.list("Options")) {
            if (!(each instanceof List<?> option) || option.isEmpty() || option.size() > 2) {
                throw new InvalidArgument("invalid option array length");
            }
            String word = String.valueOf(option.getFirst());
            if (!TMPFS_WORDS.contains(word)) {
                throw new InvalidArgument("invalid option: " + word);
            }
            words.add(option.size() == 1 ? word : word + "=" + option.getLast());
        }
        return words;
    }

    private MountPoint image(String destination) {
        requireField("Source", source);
        String subpath = mount.object("ImageOptions").string("Subpath");
        checkSubpath(subpath);
        return new MountPoint(
                Kind.IMAGE,
                source,
                "",
                destination,
                "",
                "",
                false,
                "rprivate",
                new Options(false, false, BindOptions.DEFAULT, subpath, List.of(), IdMap.NONE));
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
}
