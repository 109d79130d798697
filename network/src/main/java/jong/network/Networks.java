package jong.network;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import jong.linux.ErrnoException;
import jong.linux.KernelThreads;
import jong.linux.netlink.Link;
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
    private final Mark mark;
    private final AddressPools pools;
    private final HostPorts hostPorts;
    private final ParentInterfaces parents;
    private final HostNamespace host;
    private final Flows flows;
    private final Firewall firewall;
    private final ForeignFirewall foreign;
    private final FirewallWatch watch;

    /**
     * Opens the sockets to the kernel; all is as Docker has it by default.
     *
     * @param table the name of the packet filter's table, another for each engine of a host
     */
    public Networks(String table) throws IOException {
        this(table, AddressPools.DOCKERS, true);
    }

    /**
     * Opens the sockets to the kernel.
     *
     * @param table the name of the packet filter's table, another for each engine of a host
     * @param pools from which networks without a subnet get one
     * @param userlandProxy whether ports are published over IPv6 as well, where this process passes
     *     on what the kernel cannot
     */
    public Networks(String table, AddressPools pools, boolean userlandProxy) throws IOException {
        this.pools = pools;
        hostPorts = new HostPorts(userlandProxy);
        routes = new RouteSocket();
        nft = new NftSocket();
        removals = new Removals();
        mark = Mark.of(table);
        parents = new ParentInterfaces(routes, mark);
        host = HostNamespace.ofThread();
        flows = new Flows(routes);
        firewall = new Firewall(nft, flows, table, userlandProxy);
        foreign = new ForeignFirewall(nft);
        watch = new FirewallWatch(nft, firewall, foreign);
    }

    /**
     * The first network of the pools, of a family, that neither a route of the host nor a network
     * uses.
     *
     * @param used subnets of networks that have no bridge yet
     * @throws NetworkException when none is free
     */
    public Subnet freePool(Family family, Collection<Subnet> used) throws IOException {
        var taken = new ArrayList<>(used);
        for (var route : routes.routes()) {
            if (route.prefixLength() > 0) {
                taken.add(new Subnet(route.destination(), route.prefixLength()));
            }
        }
        return pools.firstFree(family, taken);
    }

    /** The addresses that an interface has; none when it does not exist. */
    public List<IpamPool> existing(String bridge) throws ErrnoException {
        var link = routes.link(bridge);
        if (link.isEmpty()) {
            return List.of();
        }
        var pools = new EnumMap<Family, IpamPool>(Family.class);
        for (var own : routes.addresses()) {
            if (own.link() == link.get().index() && !own.address().isLinkLocalAddress()) {
                var subnet = new Subnet(own.address(), own.prefixLength());
                pools.putIfAbsent(
                        subnet.family(),
                        new IpamPool(subnet, subnet, Optional.of(own.address()), List.of()));
            }
        }
        return List.copyOf(pools.values());
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
        return openBridges(Map.of(settings, endpoints)).getFirst();
    }

    /**
     * Opens several bridge networks as {@link #openBridge} does one. The rules of all are replaced
     * in the same step, so that after a restart none is without for a moment.
     *
     * @return the networks, in the order of the map
     */
    public List<BridgeNetwork> openBridges(Map<BridgeSettings, List<Endpoint>> wanted)
            throws IOException {
        var opened = new ArrayList<BridgeNetwork>();
        KernelThreads.call(() -> {
            // Before the bridges: nobody is to reach a sandbox before there are rules.
            firewall.open(wanted);
            try {
                for (var one : wanted.entrySet()) {
                    opened.add(open(one.getKey(), one.getValue()));
                }
                return null;
            } catch (IOException e) {
                for (var settings : wanted.keySet()) {
                    firewall.close(settings);
                }
                throw e;
            }
        });
        wanted.values().forEach(endpoints -> endpoints.forEach(this::bindAgain));
        return opened;
    }

    private BridgeNetwork open(BridgeSettings settings, List<Endpoint> endpoints)
            throws IOException {
        var kernel = new BridgeKernel(settings, routes, removals, mark, firewall, foreign, host);
        var addresses = new AddressAllocator(settings.pools());
        var network = new BridgeNetwork(settings, hostPorts, addresses, kernel);
        for (var endpoint : endpoints) {
            network.adopt(endpoint);
        }
        kernel.open();
        return network;
    }

    /**
     * Makes a network of macvlan or ipvlan interfaces, or takes it over after a restart.
     *
     * @param endpoints those that are attached, with all they have
     * @throws IOException of the kernel, or for an address that two endpoints have
     */
    public SubinterfaceNetwork openSubinterfaces(
            SubinterfaceSettings settings, List<Endpoint> endpoints) throws IOException {
        var network = new SubinterfaceNetwork(settings, parents, host);
        KernelThreads.call(() -> {
            network.open(endpoints);
            return null;
        });
        return network;
    }

    /**
     * Deletes bridges that this engine has made for networks that it does not know any more, as
     * after its end in the middle of something, or with another name for the default bridge. One
     * that has ports is left to the administrator.
     *
     * @param known the bridges of its networks, open or not
     */
    public void sweep(Set<String> known) throws IOException {
        List<Link> links = routes.links();
        for (Link link : links) {
            if (!link.kind().equals("bridge") || !mark.isOn(link) || known.contains(link.name())) {
                continue;
            }
            if (links.stream().anyMatch(port -> port.master() == link.index())) {
                LOG.log(Level.WARNING, "bridge " + link.name() + " of no network has ports");
                continue;
            }
            Removals.delete(routes, link.name());
            foreign.close(link.name());
        }
    }

    /**
     * Closes the sockets to the kernel. Networks, endpoints and their IPv4 ports stay; interfaces
     * being deleted are waited for.
     */
    @Override
    public void close() throws IOException {
        watch.close();
        removals.close();
        routes.close();
        nft.close();
        flows.close();
        hostPorts.close();
    }

    private void bindAgain(Endpoint endpoint) {
        try {
            hostPorts.takeAgain(endpoint);
        } catch (IOException e) {
            LOG.log(Level.WARNING, endpoint.sandboxName() + ": " + e.getMessage(), e);
        }
    }
}
