package jong.engine.containers;

import jong.api.HostConfig;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException.Conflict;
import jong.wire.status.StatusException.InvalidArgument;

/**
 * Publishes ports of containers that exist, and withdraws them: at once if they run, and whenever
 * they do from then on. Docker can do this only when a container is made.
 */
final class PortChanger {

    private static final String BINDINGS = "PortBindings";

    private final ContainerStore store;
    private final ContainerNetworks networks;
    private final EventSink events;

    PortChanger(ContainerStore store, ContainerNetworks networks, EventSink events) {
        this.store = store;
        this.networks = networks;
        this.events = events;
    }

    /**
     * Publishes ports.
     *
     * @param name of the container, or its ID
     * @param body {@code PortBindings} in the shape of the host configuration
     * @return the ports as inspect shows them
     * @throws jong.wire.status.StatusException with docker's text
     */
    JsonObject add(String name, JsonObject body) {
        return change(
                name,
                body,
                (container, keep) -> {
                    HostConfig next = PortSelection.with(container.host(), bindings(body));
                    if (container.runningPid() == 0) {
                        keep.accept(next, membership(container));
                    } else {
                        networks.publish(
                                only(container, body),
                                membership(container),
                                published -> keep.accept(next, published));
                    }
                });
    }

    /**
     * Withdraws ports.
     *
     * @param name of the container, or its ID
     * @param body {@code PortBindings}; a binding without address or port stands for every one
     * @return the ports as inspect shows them
     * @throws jong.wire.status.StatusException when one of them is not published
     */
    JsonObject remove(String name, JsonObject body) {
        return change(
                name,
                body,
                (container, keep) -> {
                    HostConfig next =
                            PortSelection.without(
                                    container.name(), container.host(), bindings(body));
                    if (container.runningPid() == 0) {
                        keep.accept(next, membership(container));
                    } else {
                        networks.withdraw(
                                only(container, body),
                                membership(container),
                                published -> keep.accept(next, published));
                    }
                });
    }

    /** A change of what a container publishes. */
    private interface Change {
        void make(Container container, Keep keep);
    }

    /** Makes a change durable. */
    private interface Keep {
        void accept(HostConfig host, NetworkMembership membership);
    }

    private JsonObject change(String name, JsonObject body, Change change) {
        if (bindings(body).isEmpty()) {
            throw new InvalidArgument("no ports specified");
        }
        Container container = store.get(name);
        container.operation().lock();
        try {
            requirePorts(container);
            change.make(container, (host, membership) -> keep(container, host, membership));
        } finally {
            container.operation().unlock();
        }
        events.publish("container", "update", container.id(), container.attributes());
        return container.networkSettings().object("Ports");
    }

    private static void requirePorts(Container container) {
        String mode = container.host().networkMode();
        if (container.gone()) {
            throw new Conflict("container " + container.id() + " is marked for removal");
        }
        if (mode.startsWith("container:") || mode.equals("host") || mode.equals("none")) {
            throw new Conflict(
                    "container "
                            + container.name()
                            + " publishes no ports: its network mode is "
                            + mode);
        }
    }

    private void keep(Container container, HostConfig host, NetworkMembership membership) {
        HostConfig before = container.host();
        NetworkMembership earlier = membership(container);
        container.update(host);
        container.membership(membership);
        try {
            store.save(container);
        } catch (RuntimeException e) {
            container.update(before);
            container.membership(earlier);
            throw e;
        }
    }

    private static NetworkMembership membership(Container container) {
        return new NetworkMembership(
                container.networking(), container.networkSettings(), container.networkState());
    }

    private static NetworkRequest only(Container container, JsonObject body) {
        var host = new HostConfig(new JsonObject().with(BINDINGS, bindings(body)));
        return container.networkRequest().with(host);
    }

    private static JsonObject bindings(JsonObject body) {
        return body.object(BINDINGS);
    }
}
