package jong.network;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The host's ports that endpoints have, of all networks of an engine. For any thread. */
final class HostPorts {
    private static final InetAddress ANY_IPV4 = any(4);
    private static final InetAddress ANY_IPV6 = any(16);
    private static final Path RANGE = Path.of("/proc/sys/net/ipv4/ip_local_port_range");

    /** What an endpoint has: its sockets, and what inspect shows of them. */
    record Held(List<PublishedPort> ports, List<HostPort> sockets) implements AutoCloseable {
        @Override
        public void close() {
            for (var socket : sockets) {
                try {
                    socket.close();
                } catch (IOException e) {
                    throw new IllegalStateException("close of a socket", e);
                }
            }
        }
    }

    private record Taken(Protocol protocol, InetAddress address, int port) {
        boolean conflictsWith(Taken other) {
            return protocol == other.protocol && port == other.port && covers(other);
        }

        private boolean covers(Taken other) {
            if (!sameFamily(other)) {
                return false;
            }
            return address.isAnyLocalAddress()
                    || other.address.isAnyLocalAddress()
                    || address.equals(other.address);
        }

        private boolean sameFamily(Taken other) {
            return address instanceof Inet4Address == other.address instanceof Inet4Address;
        }
    }

    // All guarded by this.
    private final Map<String, Held> held = new HashMap<>();
    private final boolean userlandProxy;
    private final boolean ipv6;
    private int nextEphemeral;

    /**
     * No endpoint has ports yet.
     *
     * @param userlandProxy whether this process passes on from a family that an endpoint does not
     *     have to one that it has
     */
    HostPorts(boolean userlandProxy) {
        this.userlandProxy = userlandProxy;
        ipv6 = Files.exists(Path.of("/proc/net/if_inet6"));
    }

    /**
     * Takes ports for an endpoint, all or none.
     *
     * @param reach how the endpoint is reached over each family; none of a family that it does not
     *     have
     * @return the ports as published, in the order of the mappings
     * @throws NetworkException in Docker's words
     */
    synchronized List<PublishedPort> take(EndpointRequest request, Map<Family, GatewayMode> reach)
            throws NetworkException {
        var ports = new ArrayList<PublishedPort>();
        var sockets = new ArrayList<HostPort>();
        var holding = new Held(ports, sockets);
        held.put(request.id(), holding);
        try {
            for (var mapping : request.ports()) {
                addRouted(mapping, reach, ports);
                takeFirstFree(mapping, hostAddresses(mapping, reach), ports, sockets);
            }
            return List.copyOf(ports);
        } catch (IOException e) {
            held.remove(request.id());
            holding.close();
            throw new NetworkException(
                    "driver failed programming external connectivity on endpoint "
                            + request.sandboxName()
                            + " ("
                            + request.id()
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
        var sockets = new ArrayList<HostPort>();
        held.put(endpoint.id(), new Held(endpoint.ports(), sockets));
        IOException failure = null;
        for (var port : endpoint.ports()) {
            try {
                if (port.hostPort() != 0 && !isCoveredByIpv6(port, endpoint.ports())) {
                    sockets.add(
                            HostPort.bind(port.protocol(), port.hostAddress(), port.hostPort()));
                }
            } catch (IOException e) {
                failure = failure == null ? e : failure;
            }
        }
        serve(endpoint);
        if (failure != null) {
            throw failure;
        }
    }

    /** Begins to pass on what comes to the endpoint's IPv6 ports. */
    synchronized void serve(Endpoint endpoint) {
        var holding = held.get(endpoint.id());
        if (holding == null) {
            return;
        }
        for (var socket : holding.sockets) {
            holding.ports.stream()
                    .filter(port -> socket.holds(port))
                    .findFirst()
                    .ifPresent(port ->
                            socket.serve(new InetSocketAddress(target(endpoint), port.port())));
        }
    }

    /** Where what comes to a socket goes: the kernel has rewritten what it can. */
    private static InetAddress target(Endpoint endpoint) {
        return endpoint.address(Family.IPV4)
                .or(() -> endpoint.address(Family.IPV6))
                .orElseThrow()
                .address();
    }

    /** Gives an endpoint's ports back; nothing when it has none. */
    synchronized void giveBack(String endpointId) {
        var holding = held.remove(endpointId);
        if (holding != null) {
            holding.close();
        }
    }

    private void takeFirstFree(
            PortMapping mapping,
            List<InetAddress> addresses,
            List<PublishedPort> ports,
            List<HostPort> sockets)
            throws IOException {
        if (addresses.isEmpty()) {
            return;
        }
        int[] range = range(mapping);
        boolean single = range[0] == range[1];
        for (int i = 0; i <= range[1] - range[0]; i++) {
            int port = mapping.firstHostPort() == 0 ? ephemeral(range) : range[0] + i;
            try {
                takeOne(mapping, port, addresses, ports, sockets);
                return;
            } catch (IOException e) {
                if (single) {
                    throw e;
                }
            }
        }
        throw new IOException("all ports are allocated");
    }

    private void takeOne(
            PortMapping mapping,
            int port,
            List<InetAddress> addresses,
            List<PublishedPort> ports,
            List<HostPort> sockets)
            throws IOException {
        for (var address : addresses) {
            var wanted = new Taken(mapping.protocol(), address, port);
            if (isTaken(wanted)) {
                throw new IOException(
                        "Bind for "
                                + host(address)
                                + ":"
                                + port
                                + " failed: port is already allocated");
            }
        }
        try {
            sockets.add(HostPort.bind(mapping.protocol(), addresses.getLast(), port));
        } catch (IOException e) {
            String who = userlandProxy ? "Error starting userland proxy: " : "";
            throw new IOException(who + e.getMessage(), e);
        }
        for (var address : addresses) {
            ports.add(new PublishedPort(mapping.protocol(), mapping.port(), address, port));
        }
    }

    private boolean isTaken(Taken wanted) {
        return held.values().stream()
                .flatMap(holding -> holding.ports.stream())
                .map(port -> new Taken(port.protocol(), port.hostAddress(), port.hostPort()))
                .anyMatch(wanted::conflictsWith);
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
            PortMapping mapping, Map<Family, GatewayMode> reach, List<PublishedPort> ports) {
        reach.forEach((family, mode) -> {
            boolean asked =
                    mapping.hostAddress().map(Family::of).filter(own -> own != family).isEmpty();
            if (mode == GatewayMode.ROUTED && asked) {
                InetAddress any = family == Family.IPV4 ? ANY_IPV4 : ANY_IPV6;
                ports.add(new PublishedPort(mapping.protocol(), mapping.port(), any, 0));
            }
        });
    }

    /** Whether the same port of {@code ::} is among them, whose socket holds this one's too. */
    private boolean isCoveredByIpv6(PublishedPort port, List<PublishedPort> all) {
        return port.hostAddress().equals(ANY_IPV4)
                && all.contains(
                        new PublishedPort(port.protocol(), port.port(), ANY_IPV6, port.hostPort()));
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
