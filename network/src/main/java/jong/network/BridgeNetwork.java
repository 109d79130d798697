package jong.network;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import jong.linux.ErrnoException;
import jong.linux.KernelThreads;
import jong.linux.netlink.Link;
import jong.linux.netlink.MacAddress;
import jong.linux.netlink.NetworkNamespace;

/**
 * A network of sandboxes around a bridge.
 *
 * <p>An endpoint's life: {@link #reserve} takes its address and the host's ports, so that nothing
 * of the kernel needs to be undone when one cannot be had; {@link #attach} makes its interface
 * inside a network namespace and publishes the ports; {@link #release} takes all of it down,
 * whether or not it was attached. The caller keeps the {@link Endpoint} in between, across restarts
 * too.
 *
 * <p>For any thread; each endpoint by one thread at a time.
 */
public final class BridgeNetwork {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final String VETH = "veth";

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

    /**
     * Takes an address and the host's ports. Nothing is to be seen of it in the kernel but bound
     * sockets.
     *
     * @throws NetworkException with Docker's text, when an address or port is taken
     */
    public Endpoint reserve(EndpointRequest request) throws NetworkException {
        List<Endpoint.Address> own = addresses.reserve(request.addresses(), this::leadsOutside);
        try {
            var ports = hostPorts.take(request, reach());
            var endpoint =
                    new Endpoint(
                            request.id(),
                            request.sandboxName(),
                            request.interfaceName(),
                            own,
                            request.mac().orElseGet(() -> macOf(own.getFirst().address())),
                            VETH + HexFormat.of().toHexDigits(RANDOM.nextLong(), 7),
                            ports);
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

    /**
     * Makes the endpoint's interface in a network namespace and publishes its ports. About 1 ms.
     *
     * @param namespace such as {@code /proc/PID/ns/net}
     * @param leading the families for which its gateway becomes the sandbox's default route
     * @throws NetworkException when the kernel refuses; what was made before is removed, and the
     *     endpoint stays reserved
     */
    public void attach(Endpoint endpoint, Path namespace, Set<Family> leading)
            throws NetworkException {
        try (var opened = NetworkNamespace.open(namespace)) {
            kernel.connect(endpoint, opened, leading);
            hostPorts.serve(endpoint);
        } catch (IOException e) {
            throw new NetworkException(
                    "failed to connect "
                            + endpoint.sandboxName()
                            + " to "
                            + settings.bridge()
                            + ": "
                            + e.getMessage(),
                    e);
        }
    }

    /**
     * Takes an endpoint down. Its ports and its address can be reserved again when this returns;
     * the interface, whose deletion takes the kernel up to 26 ms, disappears soon after. An
     * endpoint that is not known is no error.
     *
     * @throws NetworkException when the kernel refuses to withdraw the ports
     */
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
            throw new NetworkException(
                    "failed to disconnect "
                            + endpoint.sandboxName()
                            + " from "
                            + settings.bridge()
                            + ": "
                            + e.getMessage(),
                    e);
        } finally {
            hostPorts.giveBack(endpoint.id());
            addresses.free(endpoint.addresses());
        }
    }

    /**
     * Deletes interfaces that a killed engine left on the bridge: those named as this class names
     * them, that belong to no known endpoint. Anything else on the bridge is left alone.
     */
    public void sweep() throws NetworkException {
        var known =
                endpoints.values().stream()
                        .map(Endpoint::hostInterface)
                        .collect(Collectors.toSet());
        try {
            for (var port : kernel.ports()) {
                if (isForgotten(port, known)) {
                    kernel.delete(port.name());
                }
            }
        } catch (ErrnoException e) {
            throw new NetworkException(
                    "failed to sweep " + settings.bridge() + ": " + e.getMessage(), e);
        }
    }

    /**
     * Removes the network, its rules and its bridge; the endpoints have to be released before. A
     * bridge that was there before {@link Networks#openBridge} stays.
     */
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
            throw new NetworkException(
                    "failed to remove " + settings.bridge() + ": " + e.getMessage(), e);
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
        return port.kind().equals("veth")
                && port.name().matches(VETH + "[0-9a-f]{7}")
                && !known.contains(port.name());
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
