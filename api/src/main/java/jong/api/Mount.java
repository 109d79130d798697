package jong.api;

import java.util.List;
import java.util.Map;
import jong.wire.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * A mount in the long form ({@code --mount}).
 *
 * @param json the object as sent, with members that Jong does not know too
 */
public record Mount(JsonObject json) {

    /** {@code bind}, {@code volume}, {@code tmpfs} or {@code image}. */
    public String type() {
        return json.string("Type");
    }

    /** Path of the host, name of the volume or image; empty for tmpfs and new volumes. */
    public String source() {
        return json.string("Source");
    }

    /** Where it is mounted in the container. */
    public String target() {
        return json.string("Target");
    }

    /** Whether it is read-only. */
    public boolean readOnly() {
        return json.flag("ReadOnly");
    }

    /** Kept for other platforms. */
    public String consistency() {
        return json.string("Consistency");
    }

    /** Options of a bind mount. */
    public @Nullable Bind bindOptions() {
        return json.has("BindOptions") ? new Bind(json.object("BindOptions")) : null;
    }

    /** Options of a volume. */
    public @Nullable Volume volumeOptions() {
        return json.has("VolumeOptions") ? new Volume(json.object("VolumeOptions")) : null;
    }

    /** Options of a tmpfs. */
    public @Nullable Tmpfs tmpfsOptions() {
        return json.has("TmpfsOptions") ? new Tmpfs(json.object("TmpfsOptions")) : null;
    }

    /** The path inside the image, for type {@code image}. */
    public String imageSubpath() {
        return json.object("ImageOptions").string("Subpath");
    }

    /**
     * Options of a bind mount.
     *
     * @param json the object as sent
     */
    public record Bind(JsonObject json) {

        /** {@code [r]private}, {@code [r]shared}, {@code [r]slave}; empty: rprivate. */
        public String propagation() {
            return json.string("Propagation");
        }

        /** Whether mounts below the source stay out. */
        public boolean nonRecursive() {
            return json.flag("NonRecursive");
        }

        /** Whether a missing source is created. */
        public boolean createMountpoint() {
            return json.flag("CreateMountpoint");
        }

        /** Whether read-only leaves out mounts below. */
        public boolean readOnlyNonRecursive() {
            return json.flag("ReadOnlyNonRecursive");
        }

        /** Whether read-only must reach mounts below. */
        public boolean readOnlyForceRecursive() {
            return json.flag("ReadOnlyForceRecursive");
        }
    }

    /**
     * Options of a volume.
     *
     * @param json the object as sent
     */
    public record Volume(JsonObject json) {

        /** Whether a new volume stays empty instead of taking the image's files. */
        public boolean noCopy() {
            return json.flag("NoCopy");
        }

        /** Labels of a volume that is made. */
        public Map<String, String> labels() {
            return json.stringMap("Labels");
        }

        /** The path inside the volume. */
        public String subpath() {
            return json.string("Subpath");
        }

        /** The driver of a volume that is made; empty means the default. */
        public String driver() {
            return json.object("DriverConfig").string("Name");
        }

        /** The options of that driver. */
        public Map<String, String> driverOptions() {
            return json.object("DriverConfig").stringMap("Options");
        }
    }

    /**
     * Options of a tmpfs.
     *
     * @param json the object as sent
     */
    public record Tmpfs(JsonObject json) {

        /** Size in bytes; 0 means no limit. */
        public long sizeBytes() {
            return json.number("SizeBytes");
        }

        /** Permission bits; 0 means 1777 (octal). */
        public long mode() {
            return json.number("Mode");
        }

        /** Mount options as lists of a name and perhaps a value. */
        public List<@Nullable Object> options() {
            return json.list("Options");
        }
    }
}
