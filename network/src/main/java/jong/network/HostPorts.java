package jong.network;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The host's ports that endpoints have, of all networks of an engine. For any thread. */
final class HostPorts implements AutoCloseable {
    private static final InetAddress ANY_IPV4 = any(4);
    private static final InetAddress ANY_IPV6 = any(16);
    private static final Path RANGE = Path.of("/proc/sys/net/ipv4/ip_local_port_range");

    /** Connections and senders of datagrams that are passed on for, of all ports together. */
    private static final int MOST_CLIENTS = 1024;

    /** What one mapping has become: its ports, and the socket that holds them if there is one. */
    private record Held(List<PublishedPort> ports, @Nullable HostPort socket) {
        boolean has(Protocol protocol, InetAddress address, int port) {
            return ports.stream()
                    .anyMatch(own ->
                            own.protocol() == protocol
                                    && own.hostAddress().equals(address)
                                    && own.hostPort() == port);
        }

        Set<Family> families() {
            return ports.stream()
                    .map(port -> Family.of(port.hostAddress()))
                    .collect(Collectors.toSet());
        }

        void close() {
            try {
                if (socket != null) {
                    socket.close();
                }
            } catch (IOException e) {
                throw new IllegalStateException("close of a socket", e);
            }
        }
    }

    // All guarded by this.
    private final Map<String, List<Held>> held = new HashMap<>();
    private final boolean userlandProxy;
    private final boolean ipv6;
    private final HostPort.Proxies proxies;
    private int nextEphemeral;

    /**
     * No endpoint has ports yet.
     *
     * @param userlandProxy whether this process passes on from a family that an endpoint does not
     *     have to one that it has
     */
    HostPorts(boolean userlandProxy) throws IOException {
        this(userlandProxy, MOST_CLIENTS);
    }

    /** As the other, with the clients that all ports together pass on for. */
    HostPorts(boolean userlandProxy, int mostClients) throws IOException {
        this.userlandProxy = userlandProxy;
        var places = new Semaphore(mostClients);
        proxies = new HostPort.Proxies(places, new UdpProxy(places), userlandProxy);
        ipv6 = Files.exists(Path.of("/proc/net/if_inet6"));
    }

    /**
     * Takes ports for an endpoint, all or none, besides those that it has.
     *
     * @param reach how the endpoint is reached over each family; none of a family that it does not
     *     have
     * @return the ports as published, in the order of the mappings
     * @throws NetworkException in Docker's words
     */
    synchronized List<PublishedPort> take(
            String endpointId,
            String sandboxName,
            List<PortMapping> mappings,
            Map<Family, GatewayMode> reach)
            throws NetworkException {
        List<Held> all = held.computeIfAbsent(endpointId, _ -> new ArrayList<>());
        int before = all.size();
        try {
            for (var mapping : mappings) {
                addRouted(mapping, reach, all);
                takeFirstFree(mapping, hostAddresses(mapping, reach), all);
            }
            return ports(all.subList(before, all.size()));
        } catch (IOException e) {
            List<Held> taken = all.subList(before, all.size());
            taken.forEach(Held::close);
            taken.clear();
            if (all.isEmpty()) {
                held.remove(endpointId);
            }
            throw new NetworkException(
                    "driver failed programming external connectivity on endpoint "
                            + sandboxName
                            + " ("
                            + endpointId
                            + "): "
                            + e.getMessage(),
                    e);
        }
    }

    /**
     * Takes the ports of an endpoint from before a restart again.
     *
     * @throws IOException of the first that another program has taken meanwhile; the others are
     *     held nevertheless
     */
    synchronized void takeAgain(Endpoint endpoint) throws IOException {
        List<Held> all = held.computeIfAbsent(endpoint.id(), _ -> new ArrayList<>());
        IOException failure = null;
        for (List<PublishedPort> ports : bySocket(endpoint.ports())) {
            var port = ports.getLast();
            HostPort socket = null;
            try {
                if (port.hostPort() != 0) {
                    socket = HostPort.bind(port.protocol(), port.hostAddress(), port.hostPort());
                }
            } catch (IOException e) {
                failure = failure == null ? e : failure;
            }
            all.add(new Held(ports, socket));
        }
        serve(endpoint);
        if (failure != null) {
            throw failure;
        }
    }

    /** Ports that one socket holds together, that whose address it is bound to last. */
    private static List<List<PublishedPort>> bySocket(List<PublishedPort> ports) {
        var groups = new ArrayList<List<PublishedPort>>();
        for (var port : ports) {
            var six = new PublishedPort(port.protocol(), port.port(), ANY_IPV6, port.hostPort());
            var four = new PublishedPort(port.protocol(), port.port(), ANY_IPV4, port.hostPort());
            boolean both = port.hostPort() != 0 && ports.contains(six) && ports.contains(four);
            if (both && port.equals(six)) {
                groups.add(List.of(four, six));
            } else if (!both || !port.equals(four)) {
                groups.add(List.of(port));
            }
        }
        return groups;
    }

    /** Begins to pass on what comes to the sockets of the endpoint's ports. */
    synchronized void serve(Endpoint endpoint) {
        for (var one : held.getOrDefault(endpoint.id(), List.of())) {
            if (one.socket != null) {
                one.socket.serve(targets(one, endpoint), proxies);
            }
        }
    }

    /**
     * Where clients of each family are passed on to: to the endpoint's address of the same one if
     * it has one. Without a proxy the rules alone do that for IPv4, which reach its loopback too.
     */
    private Map<Family, InetSocketAddress> targets(Held one, Endpoint endpoint) {
        int port = one.ports.getFirst().port();
        var targets = new EnumMap<Family, InetSocketAddress>(Family.class);
        for (Family family : one.families()) {
            var same = endpoint.address(family);
            if (userlandProxy || family != Family.IPV4 || same.isEmpty()) {
                var address = same.or(() -> endpoint.address(family.other())).orElseThrow();
                targets.put(family, new InetSocketAddress(address.address(), port));
            }
        }
        return targets;
    }

    /** Gives some of an endpoint's ports back; those that it does not have are overlooked. */
    synchronized void giveBack(String endpointId, Collection<PublishedPort> ports) {
        List<Held> all = held.getOrDefault(endpointId, List.of());
        for (int i = all.size() - 1; i >= 0; i--) {
            var one = all.get(i);
            var left = one.ports.stream().filter(port -> !ports.contains(port)).toList();
            if (left.isEmpty()) {
                all.remove(i).close();
            } else {
                all.set(i, new Held(left, one.socket));
            }
        }
    }

    /** Gives all of an endpoint's ports back; nothing when it has none. */
    synchronized void giveBack(String endpointId) {
        var all = held.remove(endpointId);
        if (all != null) {
            all.forEach(Held::close);
        }
    }

    /** Ports stay held; datagrams are not passed on any more. */
    @Override
    public void close() throws IOException {
        proxies.datagrams().close();
    }

    private static List<PublishedPort> ports(List<Held> some) {
        return some.stream().flatMap(one -> one.ports.stream()).toList();
    }

    private void takeFirstFree(PortMapping mapping, List<InetAddress> addresses, List<Held> all)
            throws IOException {
        if (addresses.isEmpty()) {
            return;
        }
        int[] range = range(mapping);
        boolean single = range[0] == range[1];
        for (int i = 0; i <= range[1] - range[0]; i++) {
            int port = mapping.firstHostPort() == 0 ? ephemeral(range) : range[0] + i;
            try {
                all.add(takeOne(mapping, port, addresses));
                return;
            } catch (IOException e) {
                if (single) {
                    throw e;
                }
            }
        }
        throw new IOException("all ports are allocated");
    }

    private Held takeOne(PortMapping mapping, int port, List<InetAddress> addresses)
            throws IOException {
        for (var address : addresses) {
            if (isTaken(mapping.protocol(), address, port)) {
                throw new IOException(
                        "Bind for "
                                + host(address)
                                + ":"
                                + port
                                + " failed: port is already allocated");
            }
        }
        var ports =
                addresses.stream()
                        .map(own ->
                                new PublishedPort(mapping.protocol(), mapping.port(), own, port))
                        .toList();
        try {
            return new Held(ports, HostPort.bind(mapping.protocol(), addresses.getLast(), port));
        } catch (IOException e) {
            String who = userlandProxy ? "Error starting userland proxy: " : "";
            throw new IOException(who + e.getMessage(), e);
        }
    }

    /** Whether it is an endpoint's; one that it would overlap cannot be bound. */
    private boolean isTaken(Protocol protocol, InetAddress address, int port) {
        return held.values().stream()
                .flatMap(List::stream)
                .anyMatch(one -> one.has(protocol, address, port));
    }

    /** The next of the host's ephemeral ports, one after another, as Docker does. */
    private int ephemeral(int[] range) {
        if (nextEphemeral < range[0] || nextEphemeral > range[1]) {
            nextEphemeral = range[0];
        }
        return nextEphemeral++;
    }

    /**
     * The host's addresses at which a mapping is held: those of families that the kernel rewrites,
     * or for which this process passes on to the other family.
     */
    private List<InetAddress> hostAddresses(PortMapping mapping, Map<Family, GatewayMode> reach) {
        List<InetAddress> wanted =
                mapping.hostAddress()
                        .map(List::of)
                        .orElse(ipv6 ? List.of(ANY_IPV4, ANY_IPV6) : List.of(ANY_IPV4));
        boolean proxied = userlandProxy && reach.values().stream().anyMatch(GatewayMode::isNat);
        return wanted.stream()
                .filter(address -> {
                    GatewayMode mode = reach.get(Family.of(address));
                    return mode == null ? proxied : mode.isNat();
                })
                .toList();
    }

    /** Ports that are reached at the endpoint's own addresses need none of the host's. */
    private static void addRouted(
            PortMapping mapping, Map<Family, GatewayMode> reach, List<Held> all) {
        reach.forEach((family, mode) -> {
            boolean asked =
                    mapping.hostAddress().map(Family::of).filter(own -> own != family).isEmpty();
            if (mode == GatewayMode.ROUTED && asked) {
                InetAddress any = family == Family.IPV4 ? ANY_IPV4 : ANY_IPV6;
                var port = new PublishedPort(mapping.protocol(), mapping.port(), any, 0);
                all.add(new Held(List.of(port), null));
            }
        });
    }

    private static int[] range(PortMapping mapping) throws IOException {
        if (mapping.firstHostPort() != 0) {
            return new int[] {mapping.firstHostPort(), mapping.lastHostPort()};
        }
        // In one read(2): a second one, from behind the first byte, finds the end of such a file.
        try (var reader = Files.newBufferedReader(RANGE)) {
            var words = String.valueOf(reader.readLine()).split("\\s+");
            return new int[] {Integer.parseInt(words[0]), Integer.parseInt(words[1])};
        }
    }

    private static String host(InetAddress address) {
        return address instanceof Inet4Address
                ? address.getHostAddress()
                : "[" + (address.isAnyLocalAddress() ? "::" : address.getHostAddress()) + "]";
    }

    private static InetAddress any(int bytes) {
        try {
            return InetAddress.getByAddress(new byte[bytes]);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }
}
