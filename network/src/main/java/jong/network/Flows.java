package jong.network;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
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
 * port's flows when the port is published and when it is withdrawn, and those that missed the rules
 * when the rules come back.
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
        forget(changed, _ -> true);
    }

    /**
     * Forgets those to ports of endpoints that something else answers than the endpoint: they began
     * while there were no rules, or with those of an endpoint that is gone.
     */
    void forgetStrays(Collection<Endpoint> endpoints) {
        forget(ports(endpoints), flow -> endpoints.stream().noneMatch(one -> answers(one, flow)));
    }

    /** Whether an endpoint is who should answer. */
    private static boolean answers(Endpoint endpoint, TrackedConnection flow) {
        return endpoint.ports().stream()
                .filter(port -> port.protocol() == Protocol.UDP)
                .filter(port -> port.hostPort() == flow.destinationPort())
                .filter(port -> Family.of(port.hostAddress()) == Family.of(flow.destination()))
                .filter(port -> isAt(port, flow.destination()))
                .anyMatch(port -> answers(endpoint, port, flow));
    }

    private static boolean answers(Endpoint endpoint, PublishedPort port, TrackedConnection flow) {
        var address = endpoint.address(Family.of(flow.destination()));
        boolean rewritten =
                address.isPresent() && !(isIpv6(flow) && flow.destination().isLoopbackAddress());
        return rewritten
                ? flow.answering().equals(address.get().address())
                        && flow.answeringPort() == port.port()
                : !flow.isRewritten(); // The socket that holds the port passes it on.
    }

    private static boolean isIpv6(TrackedConnection flow) {
        return Family.of(flow.destination()) == Family.IPV6;
    }

    private void forget(Set<PublishedPort> ports, Predicate<TrackedConnection> which) {
        if (ports.isEmpty()) {
            return;
        }
        try {
            List<InetAddress> own =
                    routes.addresses().stream().map(InterfaceAddress::address).toList();
            for (Family family : Family.values()) {
                forget(family, ports, own, which);
            }
        } catch (ErrnoException e) {
            // A kernel without ctnetlink; the flows end by themselves.
            LOG.log(Level.WARNING, "old flows to published ports go on: " + e.getMessage(), e);
        }
    }

    /** Asks once for all ports: what the kernel remembers may be much. */
    private void forget(
            Family family,
            Set<PublishedPort> ports,
            List<InetAddress> own,
            Predicate<TrackedConnection> which)
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
            if (which.test(one)
                    && isToHost(one, own)
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
