package jong.network;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import jong.linux.ErrnoException;
import jong.linux.KernelThreads;
import jong.linux.netlink.Link;
import jong.linux.netlink.MacAddress;
import jong.linux.netlink.NetworkNamespace;

/** A network of sandboxes around a bridge, to which a veth leads from each of them. */
public final class BridgeNetwork implements SandboxNetwork {
    private static final SecureRandom RANDOM = new SecureRandom();
    static final String VETH = "veth";

    private final BridgeSettings settings;
    private final HostPorts hostPorts;
    private final AddressAllocator addresses;
    private final BridgeKernel kernel;
    private final Map<String, Endpoint> endpoints = new ConcurrentHashMap<>();

    BridgeNetwork(
            BridgeSettings settings,
            HostPorts hostPorts,
            AddressAllocator addresses,
            BridgeKernel kernel) {
        this.settings = settings;
        this.hostPorts = hostPorts;
        this.addresses = addresses;
        this.kernel = kernel;
    }

    /** How the network is. */
    public BridgeSettings settings() {
        return settings;
    }

    @Override
    public List<IpamPool> pools() {
        return settings.pools();
    }

    @Override
    public Endpoint reserve(EndpointRequest request) throws NetworkException {
        List<Endpoint.Address> own = addresses.reserve(request.addresses(), this::leadsOutside);
        try {
            var ports =
                    hostPorts.take(request.id(), request.sandboxName(), request.ports(), reach());
            var endpoint =
                    new Endpoint(
                            request.id(),
                            request.sandboxName(),
                            request.interfaceName(),
                            own,
                            request.mac().or(() -> Optional.of(macOf(own.getFirst().address()))),
                            VETH + HexFormat.of().toHexDigits(RANDOM.nextLong(), 7),
                            ports,
                            request.bandwidth(),
                            request.settings());
            endpoints.put(endpoint.id(), endpoint);
            return endpoint;
        } catch (NetworkException e) {
            addresses.free(own);
            throw e;
        }
    }

    private Map<Family, GatewayMode> reach() {
        var reach = new EnumMap<Family, GatewayMode>(Family.class);
        settings.pools()
                .forEach(pool -> reach.put(pool.family(), settings.policy().mode(pool.family())));
        return reach;
    }

    private boolean leadsOutside(Family family) {
        return !settings.policy().internal() && settings.gateway(family).isPresent();
    }

    @Override
    public void attach(Endpoint endpoint, Path namespace, Set<Family> leading)
            throws NetworkException {
        try (var opened = NetworkNamespace.open(namespace)) {
            kernel.connect(endpoint, opened, leading);
            hostPorts.serve(endpoint);
        } catch (IOException e) {
            throw failed("connect " + endpoint.sandboxName() + " to " + settings.bridge(), e);
        }
    }

    @Override
    public void lead(Endpoint endpoint, Path namespace, Set<Family> families)
            throws NetworkException {
        try (var opened = NetworkNamespace.open(namespace)) {
            Inside.lead(opened, endpoint, families);
        } catch (IOException e) {
            throw failed("route " + endpoint.sandboxName() + " by " + settings.bridge(), e);
        }
    }

    @Override
    public void detach(Endpoint endpoint, Path namespace) throws NetworkException {
        try {
            KernelThreads.call(() -> {
                kernel.disconnectNow(endpoint);
                return null;
            });
        } catch (IOException e) {
            throw failed("disconnect " + endpoint.sandboxName() + " from " + settings.bridge(), e);
        }
    }

    /**
     * Publishes ports of an attached endpoint besides those that it has, all or none, in one step
     * of the packet filter.
     *
     * @return the endpoint with all its ports, which takes the place of the one given
     * @throws NetworkException with Docker's text, when a port is taken; the endpoint is as before
     */
    public Endpoint publish(Endpoint endpoint, List<PortMapping> mappings) throws NetworkException {
        List<PublishedPort> added =
                hostPorts.take(endpoint.id(), endpoint.sandboxName(), mappings, reach());
        var ports = new ArrayList<>(endpoint.ports());
        ports.addAll(added);
        var changed = endpoint.withPorts(ports);
        try {
            show(changed);
        } catch (IOException e) {
            hostPorts.giveBack(endpoint.id(), added);
            throw failed("publish ports of " + endpoint.sandboxName(), e);
        }
        hostPorts.serve(changed);
        return changed;
    }

    /**
     * Withdraws some of an attached endpoint's ports, in one step of the packet filter. Connections
     * that are open go on; new ones are refused. Ports that it does not have are no error.
     *
     * @return the endpoint with the ports that are left, which takes the place of the one given
     * @throws NetworkException when the kernel refuses; the endpoint is as before
     */
    public Endpoint withdraw(Endpoint endpoint, Collection<PublishedPort> ports)
            throws NetworkException {
        var changed =
                endpoint.withPorts(
                        endpoint.ports().stream().filter(port -> !ports.contains(port)).toList());
        try {
            show(changed);
        } catch (IOException e) {
            throw failed("withdraw ports of " + endpoint.sandboxName(), e);
        }
        hostPorts.giveBack(endpoint.id(), ports);
        return changed;
    }

    private void show(Endpoint changed) throws IOException {
        KernelThreads.call(() -> {
            kernel.publish(changed);
            return null;
        });
        endpoints.put(changed.id(), changed);
    }

    private static NetworkException failed(String what, IOException e) {
        return new NetworkException("failed to " + what + ": " + e.getMessage(), e);
    }

    @Override
    public void release(Endpoint endpoint) throws NetworkException {
        if (endpoints.remove(endpoint.id()) == null) {
            return;
        }
        try {
            KernelThreads.call(() -> {
                kernel.disconnect(endpoint);
                return null;
            });
        } catch (IOException e) {
            throw failed("disconnect " + endpoint.sandboxName() + " from " + settings.bridge(), e);
        } finally {
            hostPorts.giveBack(endpoint.id());
            addresses.free(endpoint.addresses());
        }
    }

    @Override
    public void sweep() throws NetworkException {
        var known =
                endpoints.values().stream()
                        .flatMap(endpoint -> kernel.interfaces(endpoint).stream())
                        .collect(Collectors.toSet());
        try {
            for (var port : kernel.ports()) {
                if (isForgotten(port, known)) {
                    kernel.delete(port.name());
                }
            }
        } catch (ErrnoException e) {
            throw failed("sweep " + settings.bridge(), e);
        }
    }

    @Override
    public void remove() throws NetworkException {
        if (!endpoints.isEmpty()) {
            throw new NetworkException("network " + settings.bridge() + " has active endpoints");
        }
        try {
            KernelThreads.call(() -> {
                kernel.remove();
                return null;
            });
        } catch (IOException e) {
            throw failed("remove " + settings.bridge(), e);
        }
    }

    /** Takes over an endpoint from before a restart, already attached. */
    void adopt(Endpoint endpoint) throws NetworkException {
        for (var own : endpoint.addresses()) {
            addresses.take(own.address());
        }
        endpoints.put(endpoint.id(), endpoint);
    }

    private static boolean isForgotten(Link port, Set<String> known) {
        boolean veth = port.kind().equals("veth") && port.name().matches(VETH + "[0-9a-f]{7}");
        return (veth || port.kind().equals("ifb")) && !known.contains(port.name());
    }

    /**
     * As Docker makes it: a local prefix and the address's last bytes, so that it is unique too.
     */
    static MacAddress macOf(InetAddress address) {
        byte[] bytes = address.getAddress();
        long bits = 0x0242;
        for (byte part : Arrays.copyOfRange(bytes, bytes.length - 4, bytes.length)) {
            bits = (bits << 8) | (part & 0xff);
        }
        return new MacAddress(bits);
    }
}
