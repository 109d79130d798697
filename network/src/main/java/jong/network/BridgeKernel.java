package jong.network;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import jong.linux.Errno;
import jong.linux.ErrnoException;
import jong.linux.files.Fd;
import jong.linux.files.OpenHow;
import jong.linux.files.Stat;
import jong.linux.netlink.InterfaceAddress;
import jong.linux.netlink.Link;
import jong.linux.netlink.LinkChange;
import jong.linux.netlink.NetworkNamespace;
import jong.linux.netlink.Route;
import jong.linux.netlink.RouteRequest;
import jong.linux.netlink.RouteSocket;
import jong.linux.nftables.NftBatch;
import jong.linux.nftables.NftSocket;

/** What a bridge network has in the kernel: the bridge, its ports, the rules, a few settings. */
final class BridgeKernel {
    /** The alias of bridges that were made here, which tells them from those taken over. */
    private static final String MADE_HERE = "made by Jong";

    private static final Path OWN_NAMESPACE = Path.of("/proc/thread-self/ns/net");
    private static final Path SYSCTL = Path.of("/proc/sys/net");
    private static final Path BRIDGED_PACKETS_ARE_FILTERED =
            SYSCTL.resolve("bridge/bridge-nf-call-iptables");

    private final BridgeSettings settings;
    private final RouteSocket routes;
    private final NftSocket nft;
    private final Removals removals;
    private final BridgeRules rules;
    private final ForeignFirewall firewall;
    private final Stat own; // The host's namespace: a sandbox that is still in it gets nothing.
    private volatile int bridgeIndex; // Written by open, as is hairpin.
    private volatile boolean hairpin;

    BridgeKernel(BridgeSettings settings, RouteSocket routes, NftSocket nft, Removals removals)
            throws ErrnoException {
        this.settings = settings;
        this.routes = routes;
        this.nft = nft;
        this.removals = removals;
        this.rules = new BridgeRules(settings);
        this.firewall = new ForeignFirewall(nft, settings.bridge());
        try (var host = NetworkNamespace.open(OWN_NAMESPACE)) {
            own = host.fd().stat();
        }
    }

    /** Makes the bridge, or takes over an existing one, and installs the rules. */
    void open(Collection<Endpoint> endpoints) throws IOException {
        var bridge = routes.link(settings.bridge());
        int index = bridge.isPresent() ? adopt(bridge.get()) : create();
        bridgeIndex = index;
        hairpin = needsHairpin();
        var address = InterfaceAddress.of(settings.gateway(), settings.subnet().prefixLength());
        if (!routes.addresses()
                .contains(new InterfaceAddress(index, address.address(), address.prefixLength()))) {
            routes.execute(RouteRequest.addAddress(index, address));
        }
        set("ipv4/ip_forward");
        // Lets connections to 127.0.0.1 leave by the bridge; see BridgeRules for who else might.
        set("ipv4/conf/" + settings.bridge() + "/route_localnet");
        nft.execute(rules.install(endpoints));
        firewall.open();
    }

    /**
     * Makes the endpoint's interface inside and publishes its ports; all or nothing. All of it on
     * one thread in the sandbox's namespace, where the sockets to the host's kernel work as well.
     */
    void connect(Endpoint endpoint, NetworkNamespace namespace) throws IOException {
        if (namespace.fd().stat().isSameFile(own)) {
            throw new NetworkException("the network namespace is the host's own");
        }
        var _ =
                namespace.call(() -> {
                    removals.await(endpoint.address());
                    try {
                        makeInterface(endpoint, namespace);
                        configureInside(endpoint);
                        nft.execute(rules.publish(endpoint));
                        return endpoint;
                    } catch (IOException e) {
                        removals.delete(endpoint.hostInterface(), endpoint.address());
                        throw e;
                    }
                });
    }

    /** Withdraws the ports, and has the interface deleted soon. */
    void disconnect(Endpoint endpoint) throws IOException {
        try {
            nft.execute(rules.withdraw(endpoint));
        } catch (ErrnoException e) {
            if (e.errno() != Errno.ENOENT) { // Reserved, but never attached.
                throw e;
            }
        } finally {
            removals.delete(endpoint.hostInterface(), endpoint.address());
        }
    }

    /** The interfaces that are ports of the bridge. */
    List<Link> ports() throws ErrnoException {
        int bridge = bridge().index();
        return routes.links().stream().filter(link -> link.master() == bridge).toList();
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
        if (bridge.isPresent() && bridge.get().alias().equals(MADE_HERE)) {
            delete(settings.bridge());
        }
        firewall.close();
        execute(rules.remove());
    }

    private void makeInterface(Endpoint endpoint, NetworkNamespace namespace) throws IOException {
        var outside = new LinkChange().master(bridgeIndex).mtu(settings.mtu()).up();
        var inside =
                new LinkChange().namespace(namespace).address(endpoint.mac()).mtu(settings.mtu());
        var name = endpoint.hostInterface();
        routes.execute(
                RouteRequest.createVeth(name, outside, endpoint.interfaceName(), inside),
                RouteRequest.changePort(name, hairpin, !settings.connected()));
    }

    /** Runs on a thread inside the sandbox's namespace. */
    private void configureInside(Endpoint endpoint) throws IOException {
        switchOffIpv6(endpoint.interfaceName());
        try (var inside = new RouteSocket()) {
            int link = inside.link(endpoint.interfaceName()).orElseThrow().index();
            var up = RouteRequest.change(link, new LinkChange().up());
            var address =
                    RouteRequest.addAddress(
                            link,
                            InterfaceAddress.of(
                                    endpoint.address(), settings.subnet().prefixLength()));
            if (endpoint.defaultRoute()) {
                var route = Route.byDefault(settings.gateway(), link);
                inside.execute(up, address, RouteRequest.addRoute(route));
            } else {
                inside.execute(up, address);
            }
        }
    }

    /** The network has no IPv6, so neither has the interface; nor does a host without it. */
    private static void switchOffIpv6(String link) throws ErrnoException {
        var setting = SYSCTL.resolve("ipv6/conf/" + link + "/disable_ipv6");
        try (var file = Fd.open(setting, OpenHow.writing())) {
            file.writeFully(ByteBuffer.wrap(new byte[] {'1'}));
        } catch (ErrnoException e) {
            if (e.errno() != Errno.ENOENT) {
                throw e;
            }
        }
    }

    private int create() throws IOException {
        // A bridge without an address of its own takes that of a port, and changes it with the
        // ports.
        routes.execute(
                RouteRequest.createBridge(
                        settings.bridge(),
                        new LinkChange()
                                .address(BridgeNetwork.macOf(settings.gateway()))
                                .mtu(settings.mtu())
                                .up()));
        int index = bridge().index();
        routes.execute(RouteRequest.change(index, new LinkChange().alias(MADE_HERE)));
        return index;
    }

    private int adopt(Link link) throws IOException {
        if (!link.kind().equals("bridge")) {
            throw new NetworkException("interface " + link.name() + " exists and is not a bridge");
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

    private void execute(NftBatch batch) throws ErrnoException {
        try {
            nft.execute(batch);
        } catch (ErrnoException e) {
            if (e.errno() != Errno.ENOENT) {
                throw e;
            }
        }
    }

    /**
     * Where bridged packets pass the packet filter, a frame to a published port of its own sender
     * is rewritten within the bridge, and has to leave by the port it came from.
     */
    private static boolean needsHairpin() throws IOException {
        return Files.exists(BRIDGED_PACKETS_ARE_FILTERED)
                && Files.readString(BRIDGED_PACKETS_ARE_FILTERED).startsWith("1");
    }

    private static void set(String sysctl) throws IOException {
        var file = SYSCTL.resolve(sysctl);
        if (!Files.readString(file).startsWith("1")) {
            Files.writeString(file, "1");
        }
    }
}
