package jong.api;

import jong.wire.json.JsonObject;

/**
 * The block I/O weight of a device.
 *
 * @param json the object as sent, with members that Jong does not know too
 */
public record WeightDevice(JsonObject json) {

    /** The device of the host. */
    public String path() {
        return json.string("Path");
    }

    /** 10 to 1000. */
    public long weight() {
        return json.number("Weight");
    }
}
