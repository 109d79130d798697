package jong.api;

import jong.wire.json.JsonObject;

/**
 * A resource limit of the process.
 *
 * @param json the object as sent, with members that Jong does not know too
 */
public record Ulimit(JsonObject json) {

    /** The limit's name, such as {@code nofile}. */
    public String name() {
        return json.string("Name");
    }

    /** The soft limit; -1 means none. */
    public long soft() {
        return json.number("Soft");
    }

    /** The hard limit; -1 means none. */
    public long hard() {
        return json.number("Hard");
    }
}
