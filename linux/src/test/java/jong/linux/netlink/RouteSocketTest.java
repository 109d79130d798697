package jong.linux.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import jong.linux.Errno;
import jong.linux.ErrnoException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Compares with what the {@code ip} command sees. */
@Tag("root")
class RouteSocketTest {
    private final String prefix = "jongt" + ProcessHandle.current().pid();
    private NetworkNamespace host;
    private NetworkNamespace sandbox;
    private RouteSocket routes;

    @BeforeEach
    void makeNamespaces() throws Exception {
        run("ip", "netns", "add", prefix + "h");
        run("ip", "netns", "add", prefix + "s");
        host = NetworkNamespace.open(Path.of("/run/netns", prefix + "h"));
        sandbox = NetworkNamespace.open(Path.of("/run/netns", prefix + "s"));
        routes = RouteSocket.in(host);
    }

    @AfterEach
    void deleteNamespaces() throws Exception {
        routes.close();
        host.close();
        sandbox.close();
        run("ip", "netns", "del", prefix + "h");
        run("ip", "netns", "del", prefix + "s");
    }

    @Test
    void aBridgeAndAVethIntoAnotherNamespaceAreMade() throws Exception {
        int bridge = bridge();
        connect(bridge);

        assertThat(ip("h", "-d", "link", "show", "veth0"))
                .contains("master br0", "mtu 1400", "MULTICAST,UP", "veth ");
        assertThat(ip("s", "-d", "link", "show", "eth0")).contains("02:42:0a:00:00:02", "mtu 1400");
        var link = routes.link("veth0").orElseThrow();
        assertThat(link.master()).isEqualTo(bridge);
        assertThat(link.kind()).isEqualTo("veth");
        assertThat(link.up()).isTrue();
    }

    @Test
    void addressesRoutesAndNeighboursAreSetInside() throws Exception {
        connect(bridge());
        try (var inside = RouteSocket.in(sandbox)) {
            int eth0 = inside.link("eth0").orElseThrow().index();
            inside.execute(
                    RouteRequest.change(eth0, new LinkChange().up()),
                    RouteRequest.addAddress(eth0, InterfaceAddress.of(address("10.0.0.2"), 24)),
                    RouteRequest.addRoute(Route.byDefault(address("10.0.0.1"), eth0)),
                    RouteRequest.setNeighbour(
                            eth0, address("10.0.0.9"), MacAddress.parse("02:42:0a:00:00:09")));
            assertThat(inside.addresses())
                    .contains(new InterfaceAddress(eth0, address("10.0.0.2"), 24));
            assertThat(inside.routes()).contains(Route.byDefault(address("10.0.0.1"), eth0));
        }
        assertThat(ip("s", "address", "show", "eth0"))
                .contains("inet 10.0.0.2/24 brd 10.0.0.255 scope global eth0");
        assertThat(ip("s", "route")).contains("default via 10.0.0.1 dev eth0");
        assertThat(ip("s", "neighbour")).contains("10.0.0.9 dev eth0 lladdr 02:42:0a:00:00:09");
    }

    @Test
    void addressesAndRoutesOfIpv6AreUsableAtOnce() throws Exception {
        connect(bridge());
        try (var inside = RouteSocket.in(sandbox)) {
            int eth0 = inside.link("eth0").orElseThrow().index();
            var gateway = InetAddress.ofLiteral("fd00::1");
            inside.execute(
                    RouteRequest.change(eth0, new LinkChange().up()),
                    RouteRequest.addAddress(
                            eth0, InterfaceAddress.of(InetAddress.ofLiteral("fd00::2"), 64)),
                    RouteRequest.addRoute(Route.byDefault(gateway, eth0)),
                    RouteRequest.replaceRoute(
                            Route.byDefault(InetAddress.ofLiteral("fd00::9"), eth0)));
            assertThat(inside.routes())
                    .contains(Route.byDefault(InetAddress.ofLiteral("fd00::9"), eth0))
                    .doesNotContain(Route.byDefault(gateway, eth0));
        }
        assertThat(ip("s", "-6", "address", "show", "eth0"))
                .contains("inet6 fd00::2/64 scope global nodad")
                .doesNotContain("tentative fd00");
    }

    @Test
    void macvlanInterfacesAreMadeInsideAnotherNamespace() throws Exception {
        int parent = parent();
        routes.execute(
                RouteRequest.createMacvlan(
                        "eth0",
                        parent,
                        MacvlanMode.BRIDGE,
                        new LinkChange()
                                .namespace(sandbox)
                                .address(MacAddress.parse("02:42:0a:00:00:05"))));
        assertThat(ip("s", "-d", "link", "show", "eth0"))
                .contains("macvlan mode bridge", "02:42:0a:00:00:05");
    }

    @Test
    void ipvlanInterfacesAreMadeInsideAnotherNamespace() throws Exception {
        int parent = parent();
        executeIfKnown(
                RouteRequest.createIpvlan(
                        "eth0",
                        parent,
                        IpvlanMode.L3,
                        IpvlanFlag.PRIVATE,
                        new LinkChange().namespace(sandbox)));
        assertThat(ip("s", "-d", "link", "show", "eth0")).contains("ipvlan", "mode l3", "private");
    }

    @Test
    void vlansAndDummiesAreMade() throws Exception {
        int parent = parent();
        executeIfKnown(RouteRequest.createVlan("parent.7", parent, 7, new LinkChange().up()));
        assertThat(ip("h", "-d", "link", "show", "parent.7")).contains("vlan protocol 802.1Q id 7");
        executeIfKnown(RouteRequest.createDummy("dm-0", new LinkChange().up()));
        assertThat(ip("h", "-d", "link", "show", "dm-0")).contains("dummy");
    }

    /** Kernels are built without some kinds of interfaces. */
    private void executeIfKnown(RouteRequest request) throws ErrnoException {
        try {
            routes.execute(request);
        } catch (ErrnoException e) {
            assumeFalse(e.errno() == Errno.EOPNOTSUPP, e.getMessage());
            throw e;
        }
    }

    private int parent() throws ErrnoException {
        routes.execute(
                RouteRequest.createVeth(
                        "parent", new LinkChange().up(), "other", new LinkChange()));
        return routes.link("parent").orElseThrow().index();
    }

    @Test
    void portsGetHairpinAndIsolation() throws Exception {
        connect(bridge());
        routes.execute(RouteRequest.changePort("veth0", true, true));
        assertThat(ip("h", "-d", "link", "show", "veth0")).contains("hairpin on", "isolated on");
    }

    @Test
    void deletingOneEndOfAVethDeletesBoth() throws Exception {
        connect(bridge());
        routes.execute(RouteRequest.deleteLink("veth0"));
        assertThat(routes.link("veth0")).isEmpty();
        try (var inside = RouteSocket.in(sandbox)) {
            assertThat(inside.links()).extracting(Link::name).containsExactly("lo");
        }
    }

    @Test
    void theKernelsWordsAndTheRequestAreTold() throws Exception {
        bridge();
        assertThatThrownBy(this::bridge)
                .isInstanceOfSatisfying(
                        ErrnoException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EEXIST))
                .hasMessage("create bridge br0: file exists");
        assertThatThrownBy(() ->
                        routes.execute(
                                RouteRequest.addRoute(Route.byDefault(address("192.0.2.1"), 0))))
                .hasMessage(
                        "add route 0.0.0.0/0 via 192.0.2.1: network is unreachable"
                                + " (Nexthop has invalid gateway)");
    }

    @Test
    void anActionRunsInTheNamespaceAndTheCallerStaysOutside() throws Exception {
        var before = Files.readSymbolicLink(Path.of("/proc/thread-self/ns/net"));
        var inside =
                sandbox.call(() -> {
                    Files.writeString(Path.of("/proc/sys/net/ipv4/ip_forward"), "1");
                    return Files.readSymbolicLink(Path.of("/proc/thread-self/ns/net"));
                });
        assertThat(inside).isNotEqualTo(before);
        assertThat(Files.readSymbolicLink(Path.of("/proc/thread-self/ns/net"))).isEqualTo(before);
    }

    private int bridge() throws Exception {
        var properties = new LinkChange().address(MacAddress.parse("02:42:00:00:00:01")).up();
        routes.execute(RouteRequest.createBridge("br0", properties));
        return routes.link("br0").orElseThrow().index();
    }

    private void connect(int bridge) throws Exception {
        var peer =
                new LinkChange()
                        .namespace(sandbox)
                        .address(MacAddress.parse("02:42:0a:00:00:02"))
                        .mtu(1400);
        routes.execute(
                RouteRequest.createVeth(
                        "veth0", new LinkChange().master(bridge).mtu(1400).up(), "eth0", peer));
    }

    private static Inet4Address address(String text) throws Exception {
        return (Inet4Address) InetAddress.getByName(text);
    }

    private String ip(String namespace, String... arguments) throws Exception {
        var command = new String[arguments.length + 3];
        System.arraycopy(arguments, 0, command, 3, arguments.length);
        command[0] = "ip";
        command[1] = "-n";
        command[2] = prefix + namespace;
        return run(command);
    }

    private static String run(String... command) throws Exception {
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as("%s: %s", String.join(" ", command), output).isZero();
        return output;
    }
}
