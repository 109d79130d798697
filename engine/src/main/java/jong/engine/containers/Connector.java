package jong.engine.containers;

import java.util.function.Consumer;
import jong.api.EndpointSettings;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException.Conflict;
import jong.wire.status.StatusException.NotFound;

/** Puts containers into networks, and takes them out, running or not. */
final class Connector {

    private final ContainerStore store;
    private final ContainerNetworks networks;

    Connector(ContainerStore store, ContainerNetworks networks) {
        this.store = store;
        this.networks = networks;
    }

    /**
     * Puts a container into a network.
     *
     * @param network name or ID
     * @param body of docker's request
     * @throws jong.wire.status.StatusException with docker's text
     */
    void connect(String network, JsonObject body) {
        Container container = store.get(body.string("Container"));
        var wanted = new EndpointSettings(body.object("EndpointConfig"));
        change(
                container,
                (now, keep) ->
                        networks.connect(
                                container.networkRequest(),
                                container.runningPid(),
                                now,
                                network,
                                wanted,
                                keep));
    }

    /**
     * Takes a container out of a network.
     *
     * @param network name or ID
     * @param body of docker's request
     * @throws jong.wire.status.StatusException with docker's text
     */
    void disconnect(String network, JsonObject body) {
        boolean force = body.flag("Force");
        Container container = container(body.string("Container"), force);
        change(
                container,
                (now, keep) ->
                        networks.disconnect(
                                container.networkRequest(),
                                container.runningPid(),
                                now,
                                network,
                                force,
                                keep));
    }

    /** With {@code force}, docker looks for what a lost container may have left in the network. */
    private Container container(String name, boolean force) {
        try {
            return store.get(name);
        } catch (NotFound e) {
            throw force ? new NotFound("endpoint " + name + " not found", e) : e;
        }
    }

    /** A change of what a container keeps. */
    private interface Change {
        void make(NetworkMembership now, Consumer<NetworkMembership> keep);
    }

    private void change(Container container, Change change) {
        container.operation().lock();
        try {
            if (container.gone()) {
                throw new Conflict(
                        "Container "
                                + container.id()
                                + " is marked for removal and cannot be connected or disconnected"
                                + " to the network");
            }
            NetworkMembership now =
                    new NetworkMembership(
                            container.networking(),
                            container.networkSettings(),
                            container.networkState());
            change.make(now, next -> keep(container, now, next));
        } finally {
            container.operation().unlock();
        }
    }

    private void keep(Container container, NetworkMembership before, NetworkMembership next) {
        container.membership(next);
        try {
            store.save(container);
        } catch (RuntimeException e) {
            container.membership(before);
            throw e;
        }
    }
}
