package jong.oci.runtime;

import jong.wire.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * One of {@code linux.devices}.
 *
 * @param json the object
 */
public record DeviceSpec(JsonObject json) {

    /** Where the node goes. */
    public String path() {
        return json.string("path");
    }

    /** {@code c}, {@code u}, {@code b} or {@code p}. */
    public String type() {
        return json.string("type");
    }

    /** The major number. */
    public int major() {
        return (int) json.number("major");
    }

    /** The minor number. */
    public int minor() {
        return (int) json.number("minor");
    }

    /** The permission bits, or null for 0666. */
    public @Nullable Long fileMode() {
        return json.numberOrNull("fileMode");
    }

    /** The owner. */
    public int uid() {
        return Numbers.unsignedInt(json, "uid", "linux.devices");
    }

    /** The group. */
    public int gid() {
        return Numbers.unsignedInt(json, "gid", "linux.devices");
    }
}
