package jong.api;

import jong.wire.json.JsonObject;

/**
 * The body of {@code POST /containers/create}: the container's config with two more members.
 *
 * @param json the object as sent, with members that Jong does not know too
 */
public record CreateRequest(JsonObject json) {

    /** The config, which lies in this same object. */
    public ContainerConfig config() {
        return new ContainerConfig(json);
    }

    /** What depends on the host. */
    public HostConfig hostConfig() {
        return new HostConfig(json.object("HostConfig"));
    }

    /** The networks. */
    public NetworkingConfig networkingConfig() {
        return new NetworkingConfig(json.object("NetworkingConfig"));
    }
}
