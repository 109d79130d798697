package jong.network;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import jong.linux.ErrnoException;
import jong.linux.netlink.ConntrackSocket;
import jong.linux.netlink.InterfaceAddress;
import jong.linux.netlink.RouteSocket;
import jong.linux.netlink.TrackedConnection;

/**
 * What connection tracking remembers of datagrams to published ports. The rules see only the first
 * of a flow, and a flow ends when nothing has come for 30 s or more: a client that keeps its port
 * and goes on sending would never reach the sandbox that has the port now. So the kernel forgets a
 * port's flows when the port is published and when it is withdrawn.
 */
final class Flows implements AutoCloseable {
    private static final Logger LOG = System.getLogger(Flows.class.getName());

    private final ConntrackSocket connections;
    private final RouteSocket routes;

    Flows(RouteSocket routes) throws ErrnoException {
        this.routes = routes;
        connections = new ConntrackSocket();
    }

    /** Forgets those of ports that only one of the two has. */
    void forget(Collection<Endpoint> before, Collection<Endpoint> after) {
        Set<PublishedPort> changed = ports(before);
        Set<PublishedPort> same = ports(after);
        same.retainAll(changed);
        changed.addAll(ports(after));
        changed.removeAll(same);
        if (changed.isEmpty()) {
            return;
        }
        try {
            List<InetAddress> own =
                    routes.addresses().stream().map(InterfaceAddress::address).toList();
            for (Family family : Family.values()) {
                forget(family, changed, own);
            }
        } catch (ErrnoException e) {
            // A kernel without ctnetlink; the flows end by themselves.
            LOG.log(Level.WARNING, "old flows to published ports go on: " + e.getMessage(), e);
        }
    }

    /** Asks once for all ports: what the kernel remembers may be much. */
    private void forget(Family family, Set<PublishedPort> ports, List<InetAddress> own)
            throws ErrnoException {
        Map<Integer, List<PublishedPort>> byNumber =
                ports.stream()
                        .filter(port -> Family.of(port.hostAddress()) == family)
                        .collect(Collectors.groupingBy(PublishedPort::hostPort));
        if (byNumber.isEmpty()) {
            return;
        }
        boolean ipv6 = family == Family.IPV6;
        for (var one : connections.to(ipv6, Protocol.UDP.number(), byNumber.keySet())) {
            var candidates = byNumber.getOrDefault(one.destinationPort(), List.of());
            if (isToHost(one, own)
                    && candidates.stream().anyMatch(port -> isAt(port, one.destination()))) {
                connections.delete(one);
            }
        }
    }

    /** Not one that leads out, to the same port of another host. */
    private static boolean isToHost(TrackedConnection one, List<InetAddress> own) {
        return one.isRewritten()
                || one.destination().isLoopbackAddress()
                || own.contains(one.destination());
    }

    private static boolean isAt(PublishedPort port, InetAddress destination) {
        return port.hostAddress().isAnyLocalAddress() || port.hostAddress().equals(destination);
    }

    private static Set<PublishedPort> ports(Collection<Endpoint> endpoints) {
        return endpoints.stream()
                .flatMap(endpoint -> endpoint.ports().stream())
                .filter(port -> port.protocol() == Protocol.UDP && port.hostPort() != 0)
                .collect(Collectors.toCollection(HashSet::new));
    }

    @Override
    public void close() {
        connections.close();
    }
}
