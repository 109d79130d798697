package jong.network;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.Inet4Address;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import jong.linux.ErrnoException;
import jong.linux.KernelThreads;
import jong.linux.netlink.RouteSocket;
import jong.linux.nftables.NftSocket;

/**
 * All networks of an engine, in the network namespace of the thread that makes this object.
 *
 * {@snippet :
 * try (var networks = new Networks()) {
 *     var settings = BridgeSettings.of("jong0", networks.freePool(List.of()));
 *     var network = networks.openBridge(settings, endpointsFromBefore);
 *     network.sweep();
 *     var endpoint = network.reserve(request);
 *     network.attach(endpoint, Path.of("/proc/4711/ns/net"));
 *     network.release(endpoint);
 * }
 * }
 *
 * <p>Sandboxes without a network, or in the host's, need nothing of this. For any thread.
 */
public final class Networks implements AutoCloseable {
    private static final Logger LOG = System.getLogger(Networks.class.getName());

    private final RouteSocket routes;
    private final NftSocket nft;
    private final Removals removals;
    private final AddressPools pools;
    private final HostPorts hostPorts;

    /** Opens the sockets to the kernel; all is as Docker has it by default. */
    public Networks() throws ErrnoException {
        this(AddressPools.DOCKERS, true);
    }

    /**
     * Opens the sockets to the kernel.
     *
     * @param pools from which networks without a subnet get one
     * @param userlandProxy whether ports are published over IPv6 as well, where this process passes
     *     on what the kernel cannot
     */
    public Networks(AddressPools pools, boolean userlandProxy) throws ErrnoException {
        this.pools = pools;
        hostPorts = new HostPorts(userlandProxy);
        routes = new RouteSocket();
        nft = new NftSocket();
        removals = new Removals();
    }

    /**
     * The first network of the pools that neither a route of the host nor a network uses.
     *
     * @param used subnets of networks that have no bridge yet
     * @throws NetworkException when none is free
     */
    public Subnet freePool(Collection<Subnet> used) throws IOException {
        var taken = new ArrayList<>(used);
        for (var route : routes.routes()) {
            if (route.prefixLength() > 0 && route.destination() instanceof Inet4Address network) {
                taken.add(new Subnet(network, route.prefixLength()));
            }
        }
        return pools.firstFree(taken);
    }

    /** The address and subnet that an interface has; empty when it has none or does not exist. */
    public Optional<BridgeSettings> existing(String bridge) throws ErrnoException {
        var link = routes.link(bridge);
        if (link.isEmpty()) {
            return Optional.empty();
        }
        return routes.addresses().stream()
                .filter(address -> address.link() == link.get().index())
                .filter(address -> address.address() instanceof Inet4Address)
                .findFirst()
                .map(address -> {
                    var own = (Inet4Address) address.address();
                    var subnet = new Subnet(own, address.prefixLength());
                    return new BridgeSettings(bridge, subnet, subnet, own, 0, true, true, false);
                });
    }

    /**
     * Makes a bridge network, or takes it over after a restart: an existing bridge, its interfaces
     * and connections stay as they are, and its rules are replaced in one step.
     *
     * @param endpoints those that are attached, with all they have; their host ports are bound
     *     again. One that another program has taken meanwhile is logged and otherwise as before
     * @throws IOException of the kernel, or for an address that two endpoints have
     */
    public BridgeNetwork openBridge(BridgeSettings settings, List<Endpoint> endpoints)
            throws IOException {
        var kernel = new BridgeKernel(settings, routes, nft, removals);
        var addresses = new AddressAllocator(settings);
        var network = new BridgeNetwork(settings, hostPorts, addresses, kernel);
        for (var endpoint : endpoints) {
            network.adopt(endpoint);
        }
        KernelThreads.call(() -> {
            kernel.open(endpoints);
            return null;
        });
        endpoints.forEach(this::bindAgain);
        return network;
    }

    /**
     * Closes the sockets to the kernel. Networks, endpoints and their IPv4 ports stay; interfaces
     * being deleted are waited for.
     */
    @Override
    public void close() {
        removals.close();
        routes.close();
        nft.close();
    }

    private void bindAgain(Endpoint endpoint) {
        try {
            hostPorts.takeAgain(endpoint);
        } catch (IOException e) {
            LOG.log(Level.WARNING, endpoint.sandboxName() + ": " + e.getMessage(), e);
        }
    }
}
