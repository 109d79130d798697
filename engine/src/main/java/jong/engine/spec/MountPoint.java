package jong.engine.spec;

import java.nio.file.Path;
import java.util.List;
import jong.api.IdMap;
import jong.wire.json.JsonObject;

/**
 * One mount of a container as docker counts them: what {@code inspect} shows under Mounts.
 *
 * @param type what stands behind it
 * @param name the volume's name, or the image's as the user wrote it; empty for others
 * @param source path on the host; empty until a volume is resolved, for tmpfs, and for images,
 *     which are mounted at each start only
 * @param destination absolute path in the container
 * @param driver the volume's driver; empty for others
 * @param mode the options as the user wrote them
 * @param writable whether the container may write
 * @param propagation {@code rprivate} and so on; empty for volumes and tmpfs
 * @param options how exactly it is mounted
 */
public record MountPoint(
        Kind type,
        String name,
        String source,
        String destination,
        String driver,
        String mode,
        boolean writable,
        String propagation,
        Options options) {

    /** What stands behind a mount. */
    public enum Kind {
        BIND,
        VOLUME,
        TMPFS,
        IMAGE;

        /** Docker's word. */
        public String word() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }

        static Kind of(String word) {
            return valueOf(word.toUpperCase(java.util.Locale.ROOT));
        }
    }

    /**
     * What inspect does not show, save the owners' mapping.
     *
     * @param copy whether an empty volume is filled from the image
     * @param anonymous whether the volume was made for this container and goes with it
     * @param bind how mounts below the source are treated
     * @param subpath a file or directory inside the volume or image; empty for its root
     * @param tmpfs further options of a tmpfs
     * @param idMap which owners the files have in the container
     */
    public record Options(
            boolean copy,
            boolean anonymous,
            BindOptions bind,
            String subpath,
            List<String> tmpfs,
            IdMap idMap) {

        /** What holds unless the user says otherwise. */
        public static final Options DEFAULT =
                new Options(true, false, BindOptions.DEFAULT, "", List.of(), IdMap.NONE);

        public Options {
            tmpfs = List.copyOf(tmpfs);
        }

        Options asAnonymous() {
            return new Options(copy, true, bind, subpath, tmpfs, idMap);
        }

        private Options asNamed() {
            return new Options(copy, false, bind, subpath, tmpfs, idMap);
        }

        private Options borrowed() {
            return new Options(false, anonymous, bind, subpath, tmpfs, idMap);
        }

        private Options with(BindOptions changed) {
            return new Options(copy, anonymous, changed, subpath, tmpfs, idMap);
        }
    }

    /**
     * How a bind mount treats what is mounted below its source, and a source that is missing.
     *
     * @param recursive whether mounts below come along
     * @param shallowReadOnly whether read-only leaves them out
     * @param forcedReadOnly whether read-only has to reach all of them
     * @param makeSource whether a missing source becomes a directory at the start
     * @param propagated whether the user chose the propagation
     */
    public record BindOptions(
            boolean recursive,
            boolean shallowReadOnly,
            boolean forcedReadOnly,
            boolean makeSource,
            boolean propagated) {

        static final BindOptions DEFAULT = new BindOptions(true, false, false, false, false);

        private BindOptions withShallowReadOnly() {
            return new BindOptions(recursive, true, forcedReadOnly, makeSource, propagated);
        }
    }

    /**
     * The same mount with its volume found: {@code source} is the volume's directory. The mode that
     * docker gives who has not written one is for its own volumes only.
     */
    public MountPoint resolved(String volumeName, String volumeDriver, String path) {
        return new MountPoint(
                type,
                volumeName,
                path,
                destination,
                volumeDriver,
                volumeDriver.equals("local") || !mode.equals("z") ? mode : "",
                writable,
                propagation,
                options);
    }

    /** The same mount of a volume that has another name: one that a user chose. */
    public MountPoint renamed(String volumeName, String path) {
        return new MountPoint(
                type,
                volumeName,
                path,
                destination,
                driver,
                mode,
                writable,
                propagation,
                options.asNamed());
    }

    /** The same mount for a container that takes it over by {@code --volumes-from}. */
    public MountPoint borrowed(boolean readOnly) {
        return new MountPoint(
                type,
                name,
                source,
                destination,
                driver,
                "",
                writable && !readOnly,
                propagation,
                options.borrowed());
    }

    /** Whether it is at a path in the container, clean or not. */
    public boolean isAt(String path) {
        return destination.equals(CleanPath.of(path));
    }

    /** The same mount of another place on the host: where what it shows is at this start. */
    public MountPoint at(Path place) {
        return new MountPoint(
                type,
                name,
                place.toString(),
                destination,
                driver,
                mode,
                writable,
                propagation,
                options);
    }

    /** The same mount with what the user wrote after its destination. */
    MountPoint withMode(String text) {
        return new MountPoint(
                type, name, source, destination, driver, text, writable, propagation, options);
    }

    /** The same mount with another propagation. */
    public MountPoint withPropagation(String word) {
        return new MountPoint(
                type, name, source, destination, driver, mode, writable, word, options);
    }

    /** The same mount; if it is a read-only bind mount, mounts below its source stay writable. */
    MountPoint withShallowReadOnly() {
        return type != Kind.BIND || writable
                ? this
                : new MountPoint(
                        type,
                        name,
                        source,
                        destination,
                        driver,
                        mode,
                        false,
                        propagation,
                        options.with(options.bind.withShallowReadOnly()));
    }

    /** As inspect and list show it. */
    public JsonObject shown() {
        var json = new JsonObject().with("Type", type.word()).withUnlessEmpty("Name", name);
        json.with("Source", source).with("Destination", destination);
        json.withUnlessEmpty("Driver", driver);
        json.with("Mode", mode).with("RW", writable).with("Propagation", propagation);
        return json.withUnlessEmpty("IDMap", options.idMap.json());
    }

    /** As the metadata store keeps it. */
    public JsonObject stored() {
        return shown().with("Copy", options.copy)
                .with("Anonymous", options.anonymous)
                .with("Recursive", options.bind.recursive)
                .with("RecursiveReadOnly", !options.bind.shallowReadOnly)
                .with("ForcedReadOnly", options.bind.forcedReadOnly)
                .with("MakeSource", options.bind.makeSource)
                .with("Propagated", options.bind.propagated)
                .with("Subpath", options.subpath)
                .with("TmpfsOptions", options.tmpfs);
    }

    /** The inverse of {@link #stored}. */
    public static MountPoint ofStored(JsonObject json) {
        return new MountPoint(
                Kind.of(json.string("Type")),
                json.string("Name"),
                json.string("Source"),
                json.string("Destination"),
                json.string("Driver"),
                json.string("Mode"),
                json.flag("RW"),
                json.string("Propagation"),
                new Options(
                        json.flag("Copy"),
                        json.flag("Anonymous"),
                        new BindOptions(
                                json.flag("Recursive"),
                                !json.flag("RecursiveReadOnly"),
                                json.flag("ForcedReadOnly"),
                                json.flag("MakeSource"),
                                json.flag("Propagated")),
                        json.string("Subpath"),
                        json.strings("TmpfsOptions"),
                        json.has("IDMap") ? IdMap.of(json.object("IDMap")) : IdMap.NONE));
    }
}
