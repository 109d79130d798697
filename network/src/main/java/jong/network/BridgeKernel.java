package jong.network;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import jong.linux.Errno;
import jong.linux.ErrnoException;
import jong.linux.netlink.InterfaceAddress;
import jong.linux.netlink.Link;
import jong.linux.netlink.LinkChange;
import jong.linux.netlink.MacAddress;
import jong.linux.netlink.NetworkNamespace;
import jong.linux.netlink.RouteRequest;
import jong.linux.netlink.RouteSocket;

/** What a bridge network has in the kernel: the bridge, its ports, the rules, a few settings. */
final class BridgeKernel {
    private static final Path SYSCTL = Path.of("/proc/sys/net");
    private static final Path BRIDGED_PACKETS_ARE_FILTERED =
            SYSCTL.resolve("bridge/bridge-nf-call-iptables");

    private final BridgeSettings settings;
    private final RouteSocket routes;
    private final Removals removals;
    private final Mark mark;
    private final Firewall firewall;
    private final ForeignFirewall foreign;
    private final HostNamespace host;
    private final Limits limits;
    private volatile int bridgeIndex; // Written by open, as is hairpin.
    private volatile boolean hairpin;

    BridgeKernel(
            BridgeSettings settings,
            RouteSocket routes,
            Removals removals,
            Mark mark,
            Firewall firewall,
            ForeignFirewall foreign,
            HostNamespace host) {
        this.settings = settings;
        this.routes = routes;
        this.removals = removals;
        this.mark = mark;
        this.firewall = firewall;
        this.foreign = foreign;
        this.host = host;
        limits = new Limits(routes, settings);
    }

    /** Makes the bridge, or takes over an existing one; the rules are the caller's. */
    void open() throws IOException {
        var bridge = routes.link(settings.bridge());
        int index = bridge.isPresent() ? adopt(bridge.get()) : create();
        bridgeIndex = index;
        hairpin = needsHairpin();
        try {
            for (IpamPool pool : settings.pools()) {
                addGateway(index, pool);
                forward(pool.family());
            }
            foreign.open(settings.bridge());
        } catch (IOException e) {
            if (bridge.isEmpty()) {
                delete(settings.bridge());
            }
            throw e;
        }
    }

    private void addGateway(int index, IpamPool pool) throws IOException {
        var gateway = settings.gateway(pool.family());
        if (gateway.isEmpty() || (pool.family() == Family.IPV4 && !settings.host().hasIpv4())) {
            return;
        }
        if (pool.family() == Family.IPV6) {
            set("ipv6/conf/" + settings.bridge() + "/disable_ipv6", "0");
            set("ipv6/conf/" + settings.bridge() + "/accept_ra", "0");
        }
        int length = pool.subnet().prefixLength();
        if (!routes.addresses().contains(new InterfaceAddress(index, gateway.get(), length))) {
            routes.execute(
                    RouteRequest.addAddress(index, InterfaceAddress.of(gateway.get(), length)));
        }
    }

    private void forward(Family family) throws IOException {
        if (settings.policy().internal()) {
            return;
        }
        if (family == Family.IPV6) {
            set("ipv6/conf/all/forwarding", "1");
        } else {
            set("ipv4/ip_forward", "1");
            // Lets connections to 127.0.0.1 leave by the bridge; see Firewall for who else might.
            set("ipv4/conf/" + settings.bridge() + "/route_localnet", "1");
        }
    }

    /**
     * Makes the endpoint's interface inside and publishes its ports; all or nothing. All of it on
     * one thread in the sandbox's namespace, where the sockets to the host's kernel work as well.
     *
     * @param leading the families for which its gateway becomes the sandbox's default route
     */
    void connect(Endpoint endpoint, NetworkNamespace namespace, Set<Family> leading)
            throws IOException {
        host.requireOther(namespace);
        var _ =
                namespace.call(() -> {
                    removals.await(endpoint);
                    try {
                        makeInterface(endpoint, namespace);
                        Inside.configure(endpoint, leading);
                        firewall.publish(settings, endpoint);
                        return endpoint;
                    } catch (IOException e) {
                        firewall.withdraw(settings, endpoint);
                        removals.delete(endpoint, limits.interfaces(endpoint));
                        throw e;
                    }
                });
    }

    /** Withdraws the ports, and has the interface deleted soon. */
    void disconnect(Endpoint endpoint) throws IOException {
        try {
            firewall.withdraw(settings, endpoint);
        } finally {
            removals.delete(endpoint, limits.interfaces(endpoint));
        }
    }

    /** Publishes what an attached endpoint has now, in place of what it had, in one step. */
    void publish(Endpoint endpoint) throws ErrnoException {
        firewall.publish(settings, endpoint);
    }

    /** Withdraws the ports and deletes the interface, which takes the kernel up to 26 ms. */
    void disconnectNow(Endpoint endpoint) throws IOException {
        firewall.withdraw(settings, endpoint);
        for (String own : limits.interfaces(endpoint)) {
            delete(own);
        }
    }

    /** The interfaces that are ports of the bridge, and those that were made to limit others. */
    List<Link> ports() throws ErrnoException {
        int bridge = bridge().index();
        return routes.links().stream()
                .filter(link -> link.master() == bridge || limits.isShaper(link))
                .toList();
    }

    /** All interfaces that the host has for an endpoint. */
    List<String> interfaces(Endpoint endpoint) {
        return limits.interfaces(endpoint);
    }

    /** Deletes an interface; one that is gone already is no error. */
    void delete(String link) throws ErrnoException {
        Removals.delete(routes, link);
    }

    /**
     * Removes the rules, and the bridge if it was made here; what is gone already is no error. A
     * bridge that was there before us stays as it is.
     */
    void remove() throws IOException {
        removals.awaitAll();
        var bridge = routes.link(settings.bridge());
        if (bridge.isPresent() && mark.isOn(bridge.get())) {
            delete(settings.bridge());
        }
        foreign.close(settings.bridge());
        firewall.close(settings);
    }

    private void makeInterface(Endpoint endpoint, NetworkNamespace namespace) throws IOException {
        var outside = new LinkChange().master(bridgeIndex).mtu(settings.mtu()).up();
        var inside = new LinkChange().namespace(namespace).mtu(settings.mtu());
        endpoint.mac().ifPresent(inside::address);
        var name = endpoint.hostInterface();
        routes.execute(
                RouteRequest.createVeth(name, outside, endpoint.interfaceName(), inside),
                RouteRequest.changePort(name, hairpin, !settings.policy().connected()));
        limits.apply(endpoint);
    }

    private int create() throws IOException {
        // A bridge without an address of its own takes that of a port, and changes it with the
        // ports.
        routes.execute(
                RouteRequest.createBridge(
                        settings.bridge(),
                        new LinkChange().address(ownMac()).mtu(settings.mtu()).up()));
        // Not in the same batch, which goes on behind an error: what somebody else has made
        // meanwhile stays theirs.
        routes.execute(mark.put(settings.bridge()));
        return bridge().index();
    }

    private MacAddress ownMac() {
        return BridgeNetwork.macOf(
                settings.pools()
                        .getFirst()
                        .gateway()
                        .orElse(settings.pools().getFirst().subnet().at(1)));
    }

    private int adopt(Link link) throws IOException {
        if (!link.kind().equals("bridge")) {
            throw new NetworkException("existing interface " + link.name() + " is not a bridge");
        }
        if (!link.up()) {
            routes.execute(RouteRequest.change(link.index(), new LinkChange().up()));
        }
        return link.index();
    }

    private Link bridge() throws ErrnoException {
        return routes.link(settings.bridge())
                .orElseThrow(() ->
                        new ErrnoException("get link", settings.bridge(), Errno.ENODEV.number()));
    }

    /**
     * Where bridged packets pass the packet filter, a frame to a published port of its own sender
     * is rewritten within the bridge, and has to leave by the port it came from.
     */
    private static boolean needsHairpin() throws IOException {
        return Files.exists(BRIDGED_PACKETS_ARE_FILTERED)
                && Files.readString(BRIDGED_PACKETS_ARE_FILTERED).startsWith("1");
    }

    private static void set(String sysctl, String value) throws IOException {
        var file = SYSCTL.resolve(sysctl);
        if (Files.exists(file) && !Files.readString(file).startsWith(value)) {
            Files.writeString(file, value);
        }
    }
}
