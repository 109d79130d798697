package jong.engine.spec;

import java.util.List;
import jong.wire.json.JsonObject;

/**
 * One mount of a container as docker counts them: what {@code inspect} shows under Mounts.
 *
 * @param type what stands behind it
 * @param name the volume's name; empty for others
 * @param source path on the host; empty until a volume is resolved, and for tmpfs
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
        TMPFS;

        /** Docker's word. */
        public String word() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }

        static Kind of(String word) {
            return valueOf(word.toUpperCase(java.util.Locale.ROOT));
        }
    }

    /**
     * What inspect does not show.
     *
     * @param copy whether an empty volume is filled from the image
     * @param anonymous whether the volume was made for this container and goes with it
     * @param recursive whether mounts below the source come along
     * @param recursiveReadOnly whether read-only holds for mounts below, too
     * @param subpath a directory inside the volume; empty for its root
     * @param tmpfs further options of a tmpfs
     */
    public record Options(
            boolean copy,
            boolean anonymous,
            boolean recursive,
            boolean recursiveReadOnly,
            String subpath,
            List<String> tmpfs) {

        /** What holds unless the user says otherwise. */
        public static final Options DEFAULT = new Options(true, false, true, true, "", List.of());

        public Options {
            tmpfs = List.copyOf(tmpfs);
        }

        Options withoutCopy() {
            return new Options(false, anonymous, recursive, recursiveReadOnly, subpath, tmpfs);
        }

        Options asAnonymous() {
            return new Options(copy, true, recursive, recursiveReadOnly, subpath, tmpfs);
        }

        Options asNamed() {
            return new Options(copy, false, recursive, recursiveReadOnly, subpath, tmpfs);
        }
    }

    /** The same mount with its volume found: {@code source} is the volume's directory. */
    public MountPoint resolved(String volumeName, String volumeDriver, String path) {
        return new MountPoint(
                type,
                volumeName,
                path,
                destination,
                volumeDriver,
                mode,
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
        boolean write = writable && !readOnly;
        var shared =
                new Options(
                        options.copy,
                        false,
                        options.recursive,
                        options.recursiveReadOnly,
                        options.subpath,
                        options.tmpfs);
        return new MountPoint(
                type, name, source, destination, driver, mode, write, propagation, shared);
    }

    /** As inspect and list show it. */
    public JsonObject shown() {
        var json = new JsonObject().with("Type", type.word()).withUnlessEmpty("Name", name);
        json.with("Source", source).with("Destination", destination);
        json.withUnlessEmpty("Driver", driver);
        return json.with("Mode", mode).with("RW", writable).with("Propagation", propagation);
    }

    /** As the metadata store keeps it. */
    public JsonObject stored() {
        return shown().with("Copy", options.copy)
                .with("Anonymous", options.anonymous)
                .with("Recursive", options.recursive)
                .with("RecursiveReadOnly", options.recursiveReadOnly)
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
                        json.flag("Recursive"),
                        json.flag("RecursiveReadOnly"),
                        json.string("Subpath"),
                        json.strings("TmpfsOptions")));
    }
}
