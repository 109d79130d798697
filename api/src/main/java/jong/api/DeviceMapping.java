package jong.api;

import jong.wire.json.JsonObject;

/**
 * A device of the host in the container.
 *
 * @param json the object as sent, with members that Jong does not know too
 */
public record DeviceMapping(JsonObject json) {

    /** The device or a directory of devices. */
    public String pathOnHost() {
        return json.string("PathOnHost");
    }

    /** Its path in the container. */
    public String pathInContainer() {
        return json.string("PathInContainer");
    }

    /** Letters of {@code rwm}. */
    public String cgroupPermissions() {
        return json.string("CgroupPermissions");
    }
}
