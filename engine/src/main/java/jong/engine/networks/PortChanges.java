package jong.engine.networks;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import jong.api.Port;
import jong.api.PortBinding;
import jong.engine.containers.NetworkMembership;
import jong.engine.containers.NetworkRequest;
import jong.network.PublishedPort;
import jong.network.Subnet;
import jong.wire.status.StatusException.Conflict;

/** Changes which ports of running containers are published. */
final class PortChanges {

    private final Endpoints endpoints;
    private final Allocator allocator;

    PortChanges(Endpoints endpoints, Allocator allocator) {
        this.endpoints = endpoints;
        this.allocator = allocator;
    }

    /** Publishes the ports of the request besides those that the container has. */
    void publish(NetworkRequest request, NetworkMembership now, Consumer<NetworkMembership> keep) {
        List<StoredEndpoint> all = endpoints.of(request.id());
        StoredEndpoint before =
                allocator
                        .publishing(all)
                        .orElseThrow(() ->
                                new Conflict(
                                        "container "
                                                + request.name()
                                                + " is in no network that publishes ports"));
        StoredEndpoint after =
                endpoints.publish(
                        before, allocator.ports(request, endpoints.network(before).stored()));
        try {
            keep.accept(allocator.view().membership(request, now, replaced(all, before, after)));
        } catch (RuntimeException e) {
            List<PublishedPort> added = new ArrayList<>(after.endpoint().ports());
            added.removeAll(before.endpoint().ports());
            endpoints.withdraw(after, added);
            throw e;
        }
    }

    /** Withdraws the ports of the request, where they are published. */
    void withdraw(NetworkRequest request, NetworkMembership now, Consumer<NetworkMembership> keep) {
        List<StoredEndpoint> all = endpoints.of(request.id());
        List<StoredEndpoint> left = new ArrayList<>();
        for (StoredEndpoint one : all) {
            List<PublishedPort> ports = new ArrayList<>(one.endpoint().ports());
            ports.removeIf(port -> isMeant(port, request));
            left.add(one.with(one.endpoint().withPorts(ports)));
        }
        keep.accept(allocator.view().membership(request, now, left));
        for (int i = 0; i < all.size(); i++) {
            List<PublishedPort> gone = new ArrayList<>(all.get(i).endpoint().ports());
            gone.removeAll(left.get(i).endpoint().ports());
            if (!gone.isEmpty()) {
                endpoints.withdraw(all.get(i), gone);
            }
        }
    }

    private static List<StoredEndpoint> replaced(
            List<StoredEndpoint> all, StoredEndpoint before, StoredEndpoint after) {
        return all.stream().map(one -> one.equals(before) ? after : one).toList();
    }

    private static boolean isMeant(PublishedPort published, NetworkRequest request) {
        return request.host().portBindings().entrySet().stream()
                .filter(entry -> isOf(published, entry.getKey()))
                .map(Map.Entry::getValue)
                .anyMatch(wanted ->
                        wanted.isEmpty()
                                || wanted.stream().anyMatch(one -> matches(published, one)));
    }

    private static boolean isOf(PublishedPort published, Port port) {
        return port.number() == published.port()
                && port.protocol().equals(published.protocol().toString());
    }

    private static boolean matches(PublishedPort published, PortBinding wanted) {
        String port = wanted.hostPort();
        String address = wanted.hostIp();
        return (port.isEmpty() || port.equals(Integer.toString(published.hostPort())))
                && (address.isEmpty() || address.equals(Subnet.text(published.hostAddress())));
    }
}
