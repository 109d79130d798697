package jong.api;

import jong.wire.json.JsonObject;

/**
 * An address and a port of the host.
 *
 * @param json the object as sent, with members that Jong does not know too
 */
public record PortBinding(JsonObject json) {

    /** The host's address; empty means every address. */
    public String hostIp() {
        return json.string("HostIp");
    }

    /** The port or a range {@code 8000-8010}; empty means any free one. */
    public String hostPort() {
        return json.string("HostPort");
    }
}
