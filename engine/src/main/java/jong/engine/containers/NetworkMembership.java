package jong.engine.containers;

import jong.api.NetworkingConfig;
import jong.wire.json.JsonObject;

/**
 * What a container keeps about its networks.
 *
 * @param networking the networks that it is in, or will be when it runs
 * @param settings {@code NetworkSettings} as inspect shows it
 * @param state what {@link ContainerNetworks#restore} needs
 */
public record NetworkMembership(
        NetworkingConfig networking, JsonObject settings, JsonObject state) {}
