package jong.api;

import jong.wire.json.JsonObject;

/**
 * A rate limit of a block device.
 *
 * @param json the object as sent, with members that Jong does not know too
 */
public record ThrottleDevice(JsonObject json) {

    /** The device of the host. */
    public String path() {
        return json.string("Path");
    }

    /** Bytes or operations a second. */
    public long rate() {
        return json.number("Rate");
    }
}
