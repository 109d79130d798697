package jong.network;

import static java.nio.charset.StandardCharsets.UTF_8;
import static jong.network.GatewayMode.NAT;
import static jong.network.GatewayMode.ROUTED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import jong.linux.netlink.NetworkNamespace;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A host of its own, a neighbour on its wire and sandboxes, all of them network namespaces, with
 * real traffic between them.
 */
@Tag("root")
class BridgeNetworkTest {
    private static final BridgeSettings SETTINGS =
            BridgeSettings.of("br0", Subnet.parse("10.77.0.0/24"));
    private static final BridgeSettings BOTH =
            BridgeSettings.of("br0", Subnet.parse("10.77.0.0/24"), Subnet.parse("fd00:77::/64"));
    private static final Set<Family> BOTH_FAMILIES = EnumSet.allOf(Family.class);
    private static final String WIRE = "192.0.2.";

    private final String prefix = "jongb" + ProcessHandle.current().pid();
    private final List<ServerSocket> servers = new ArrayList<>();
    private NetworkNamespace host;
    private Networks networks;
    private BridgeNetwork network;

    @BeforeEach
    void makeHost() throws Exception {
        for (var name : List.of("host", "far", "one", "two")) {
            run("ip", "netns", "add", prefix + name);
            run("ip", "-n", prefix + name, "link", "set", "lo", "up");
        }
        run(
                "ip",
                "-n",
                prefix + "host",
                "link",
                "add",
                "wire",
                "type",
                "veth",
                "peer",
                "name",
                "wire",
                "netns",
                prefix + "far");
        for (var end : List.of("host", "far")) {
            run("ip", "-n", prefix + end, "link", "set", "wire", "up");
            run(
                    "ip",
                    "-n",
                    prefix + end,
                    "address",
                    "add",
                    WIRE + (end.equals("host") ? 1 : 2) + "/24",
                    "dev",
                    "wire");
        }
        // The neighbour knows the way to the sandboxes, as an attacker would.
        run("ip", "-n", prefix + "far", "route", "add", "10.77.0.0/24", "via", WIRE + 1);
        host = NetworkNamespace.open(path("host"));
        host.call(() -> {
            networks = new Networks("jong_test");
            network = networks.openBridge(SETTINGS, List.of());
            return network;
        });
    }

    @AfterEach
    void deleteAll() throws Exception {
        for (var server : servers) {
            server.close();
        }
        networks.close();
        host.close();
        for (var name : List.of("host", "far", "one", "two")) {
            run("ip", "netns", "del", prefix + name);
        }
    }

    @Test
    void aSandboxGetsWhatDockerWouldGiveIt() throws Exception {
        var endpoint = connect("one");
        assertThat(Subnet.text(endpoint.address(Family.IPV4).orElseThrow().address()))
                .isEqualTo("10.77.0.2");
        assertThat(endpoint.mac().orElseThrow()).hasToString("02:42:0a:4d:00:02");
        assertThat(in("one", "ip address show eth0"))
                .contains(
                        "inet 10.77.0.2/24 brd 10.77.0.255 scope global eth0", "02:42:0a:4d:00:02")
                .doesNotContain("inet6");
        assertThat(in("one", "ip route")).contains("default via 10.77.0.1 dev eth0");
        assertThat(in("host", "ip link show master br0"))
                .contains(endpoint.hostInterface(), "UP,LOWER_UP");
        assertThat(endpoint.hostInterface()).matches("veth[0-9a-f]{7}");
    }

    @Test
    void aPublishedPortIsReachedFromOutsideAndByTheHostItself() throws Exception {
        var endpoint = connect("one", PortMapping.of(Protocol.TCP, 80, 8080));
        serve("one", 80);
        assertThat(endpoint.ports().getFirst().hostPort()).isEqualTo(8080);
        assertThat(get("far", WIRE + "1:8080")).isEqualTo("page");
        assertThat(get("host", "127.0.0.1:8080")).isEqualTo("page");
        assertThat(get("host", WIRE + "1:8080")).isEqualTo("page");
        assertThat(get("host", "10.77.0.2:80")).isEqualTo("page");
    }

    @Test
    void aPublishedPortIsReachedByNeighboursAndByTheSandboxItself() throws Exception {
        connect("one", PortMapping.of(Protocol.TCP, 80, 8080));
        connect("two");
        serve("one", 80);
        assertThat(get("two", WIRE + "1:8080")).isEqualTo("page");
        assertThat(get("two", "10.77.0.1:8080")).isEqualTo("page");
        assertThat(get("two", "10.77.0.2:80")).isEqualTo("page");
        assertThat(get("one", WIRE + "1:8080")).isEqualTo("page");
    }

    @Test
    void whatIsNotPublishedIsNotReachedFromOutside() throws Exception {
        connect("one", PortMapping.of(Protocol.TCP, 80, 8080));
        serve("one", 80);
        serve("one", 81);
        assertThat(get("far", "10.77.0.2:81")).isEqualTo("unreachable");
        assertThat(get("far", "10.77.0.2:80")).isEqualTo("unreachable");
    }

    @Test
    void aPortAtLoopbackIsNotReachedFromOutside() throws Exception {
        var loopback = Optional.of(InetAddress.getByName("127.0.0.1"));
        connect("one", new PortMapping(Protocol.TCP, 80, loopback, 8080, 8080));
        serve("one", 80);
        assertThat(get("host", "127.0.0.1:8080")).isEqualTo("page");
        assertThat(get("far", WIRE + "1:8080")).isEqualTo("unreachable");
    }

    @Test
    void packetsForLoopbackThatCameOverTheWireAreDropped() throws Exception {
        var loopback = Optional.of(InetAddress.getByName("127.0.0.1"));
        connect("one", new PortMapping(Protocol.UDP, 53, loopback, 5353, 5353));
        sendLoopbackOverTheWire();
        try (var receiver = datagramSocket("one", 53)) {
            receiver.setSoTimeout(500);
            var packet = new DatagramPacket(new byte[100], 100);
            sendTo("host", loopback.get(), 5353);
            receiver.receive(packet);
            assertThat(packet.getLength()).isEqualTo(1);

            sendTo("far", loopback.get(), 5353);
            assertThatThrownBy(() -> receiver.receive(packet))
                    .isInstanceOf(SocketTimeoutException.class);
        }
    }

    @Test
    void outgoingConnectionsCarryTheHostsAddress() throws Exception {
        connect("one");
        serveAddress("far", 90);
        assertThat(get("one", WIRE + "2:90")).isEqualTo(WIRE + "1");
    }

    @Test
    void afterReleaseNothingIsLeft() throws Exception {
        var before = in("host", "nft list ruleset");
        var endpoint = connect("one", PortMapping.of(Protocol.TCP, 80, 8080));
        assertThat(in("host", "nft list ruleset")).contains("tcp . 8080 : 10.77.0.2 . 80");
        onHost(() -> network.release(endpoint));
        onHost(() -> network.release(endpoint));
        onHost(() -> network.remove());
        assertThat(before).contains("table inet jong_test");
        assertThat(in("host", "nft list ruleset")).isEmpty();
        assertThat(in("host", "ip -br link")).doesNotContain("veth", "br0");
    }

    @Test
    void aFailedAttachLeavesNothingAndTheAddressCanBeUsedAgain() throws Exception {
        connect("one");
        var second = onHost(() -> network.reserve(request("two")));
        assertThatThrownBy(() -> onHost(() -> attach(second, "one")))
                .isInstanceOf(NetworkException.class)
                .hasMessageContaining("file exists");
        onHost(() -> attach(second, "two"));
        assertThat(in("two", "ip -br address show eth0")).contains("10.77.0.3/24");
        assertThat(in("host", "ip -br link show master br0").lines()).hasSize(2);
    }

    @Test
    void aSandboxThatIsStillInTheHostsNamespaceGetsNothing() throws Exception {
        var endpoint = onHost(() -> network.reserve(request("host")));
        assertThatThrownBy(() -> onHost(() -> attach(endpoint, "host")))
                .hasMessage(
                        "failed to connect host to br0: the network namespace is the host's own");
        assertThat(in("host", "ip -br link")).doesNotContain("eth0");
    }

    @Test
    void afterARestartConnectionsAndPortsAreAsBeforeAndOrphansAreSwept() throws Exception {
        var kept = connect("one", PortMapping.of(Protocol.TCP, 80, 8080));
        connect("two", PortMapping.of(Protocol.TCP, 80, 8081));
        serve("one", 80);
        serve("two", 80);
        networks.close(); // The sockets of its host ports stay open, as if another had them.
        host.call(() -> {
            networks = new Networks("jong_test");
            network = networks.openBridge(SETTINGS, List.of(kept));
            return network;
        });
        onHost(() -> network.sweep());
        assertThat(get("far", WIRE + "1:8080")).isEqualTo("page");
        assertThat(in("host", "nft list ruleset")).doesNotContain("8081");
        assertThat(in("host", "ip -br link show master br0").lines()).hasSize(1);
        assertThat(onHost(() -> network.reserve(request("two"))).addresses())
                .hasToString("[10.77.0.3/24]");
    }

    @Test
    void bridgesOfThisEngineThatNoNetworkHasAreSwept() throws Exception {
        assertThat(in("host", "ip link show br0")).contains("alias made by Jong (jong_test)");
        var mark = "' alias 'made by Jong (jong_test)'";
        for (String made : List.of("'orphan" + mark, "'used" + mark, "'known" + mark)) {
            in("host", "ip link add dev bridge0 type bridge; ip link set bridge0 name " + made);
        }
        in("host", "ip link add others type bridge; ip link add plain type bridge");
        in("host", "ip link set others alias 'made by Jong (jong_other)'");
        in("host", "ip link add port type veth peer name other; ip link set port master used");
        in("host", "ip link set port alias 'made by Jong (jong_test)'");
        onHost(() -> {
            networks.sweep(Set.of("br0", "known"));
            return null;
        });
        assertThat(in("host", "ip -o link | cut -d' ' -f2"))
                .contains("br0:", "known:", "used:", "others:", "plain:", "port:")
                .doesNotContain("orphan");
    }

    @Test
    void neighboursAreApartWhenTheyAreNotToBeConnected() throws Exception {
        onHost(() -> network.remove());
        var apart =
                new BridgeSettings(
                        "br0", SETTINGS.pools(), 1400, BridgeSettings.Policy.OPEN.disconnected());
        onHost(() -> network = networks.openBridge(apart, List.of()));
        connect("one", PortMapping.of(Protocol.TCP, 80, 8080));
        connect("two");
        serve("one", 80);
        assertThat(get("two", "10.77.0.2:80")).isEqualTo("unreachable");
        assertThat(get("far", WIRE + "1:8080")).isEqualTo("page");
        assertThat(in("two", "ip link show eth0")).contains("mtu 1400");
    }

    @Test
    void anInternalNetworkLeadsNowhere() throws Exception {
        onHost(() -> network.remove());
        var internal = SETTINGS.with(BridgeSettings.Policy.OPEN.withoutOutside());
        onHost(() -> network = networks.openBridge(internal, List.of()));
        connect("one");
        connect("two");
        serve("one", 80);
        assertThat(in("two", "ip route")).doesNotContain("default");
        assertThat(get("two", "10.77.0.2:80")).isEqualTo("page");
        run("ip", "-n", prefix + "two", "route", "add", "default", "via", "10.77.0.1");
        serveAddress("far", 90);
        assertThat(get("two", WIRE + "2:90")).isEqualTo("unreachable");
    }

    @Test
    void aForwardChainThatDropsIsPassed() throws Exception {
        onHost(() -> network.remove());
        in("host", "iptables -P FORWARD DROP");
        in("host", "iptables -A FORWARD -i other -j ACCEPT");
        onHost(() -> network = networks.openBridge(SETTINGS, List.of()));
        connect("one", PortMapping.of(Protocol.TCP, 80, 8080));
        serve("one", 80);
        assertThat(get("far", WIRE + "1:8080")).isEqualTo("page");
        assertThat(in("host", "iptables -S FORWARD"))
                .contains("-o br0", "-i br0", "-A FORWARD -i other -j ACCEPT");
    }

    @Test
    void aSandboxOfBothFamiliesIsReachedOverBoth() throws Exception {
        open(BOTH);
        var endpoint = connect("one", PortMapping.of(Protocol.TCP, 80, 8080));
        serve("one", 80);
        assertThat(endpoint.addresses()).hasToString("[10.77.0.2/24, fd00:77::2/64]");
        assertThat(in("one", "ip -6 address show eth0")).contains("inet6 fd00:77::2/64");
        assertThat(in("one", "ip -6 route")).contains("default via fd00:77::1 dev eth0");
        assertThat(get("far", WIRE + "1:8080")).isEqualTo("page");
        assertThat(get("far", "fd00:1::1 8080")).isEqualTo("page");
        assertThat(get("one", "fd00:1::1 8080")).isEqualTo("page");
        assertThat(get("far", "fd00:77::2 80")).isEqualTo("unreachable");
        serveAddress("far", 90);
        assertThat(get("one", "fd00:1::2 90")).isEqualTo("fd00:1:0:0:0:0:0:1");
    }

    @Test
    void aSandboxOfIpv6AloneHasNothingOfIpv4() throws Exception {
        open(BridgeSettings.of("br0", Subnet.parse("fd00:77::/64")));
        var endpoint = connect("one", PortMapping.of(Protocol.TCP, 80, 8080));
        serve("one", 80);
        assertThat(endpoint.addresses()).hasToString("[fd00:77::2/64]");
        assertThat(in("one", "ip -4 route")).isEmpty();
        assertThat(get("far", "fd00:1::1 8080")).isEqualTo("page");
    }

    @Test
    void routedNetworksAreReachedAtTheirOwnAddressesAtPublishedPorts() throws Exception {
        open(BOTH.with(new BridgeSettings.Policy(true, true, false, NAT, ROUTED)));
        var endpoint = connect("one", PortMapping.of(Protocol.TCP, 80, 8080));
        serve("one", 80);
        serve("one", 81);
        assertThat(endpoint.ports())
                .contains(new PublishedPort(Protocol.TCP, 80, InetAddress.ofLiteral("::"), 0));
        assertThat(get("far", "fd00:77::2 80")).isEqualTo("page");
        assertThat(get("far", "fd00:77::2 81")).isEqualTo("unreachable");
        assertThat(get("far", "fd00:1::1 8080")).isEqualTo("unreachable");
        assertThat(in("far", "busybox ping -6 -c 1 -W 3 fd00:77::2"))
                .contains("1 packets received");
        serveAddress("far", 90);
        assertThat(get("one", "fd00:1::2 90")).isEqualTo("fd00:77:0:0:0:0:0:2");
    }

    @Test
    void networksAreApartButForPublishedPorts() throws Exception {
        connect("one", PortMapping.of(Protocol.TCP, 80, 8080));
        serve("one", 80);
        var other =
                onHost(() ->
                        networks.openBridge(
                                BridgeSettings.of("br1", Subnet.parse("10.78.0.0/24")), List.of()));
        onHost(() -> other.attach(other.reserve(request("two")), path("two"), BOTH_FAMILIES));
        assertThat(get("two", "10.77.0.2:80")).isEqualTo("unreachable");
        assertThat(get("two", WIRE + "1:8080")).isEqualTo("page");
        serveAddress("far", 90);
        assertThat(get("two", WIRE + "2:90")).isEqualTo(WIRE + "1");
    }

    @Test
    void theAdministratorsRulesComeFirstAndStay() throws Exception {
        connect("one", PortMapping.of(Protocol.TCP, 80, 8080));
        serve("one", 80);
        in("host", "nft add rule inet jong_test admin ip saddr " + WIRE + "2 drop");
        assertThat(get("far", WIRE + "1:8080")).isEqualTo("unreachable");
        onHost(() ->
                networks.openBridge(
                        BridgeSettings.of("br1", Subnet.parse("10.78.0.0/24")), List.of()));
        assertThat(in("host", "nft list chain inet jong_test admin")).contains("drop");
        in("host", "nft flush chain inet jong_test admin");
        in("host", "nft add rule inet jong_test admin ip daddr 10.77.0.2 accept");
        assertThat(get("far", "10.77.0.2:80")).isEqualTo("page");
    }

    @Test
    void aBridgeThatCannotBeMadeLeavesNoRules() throws Exception {
        run("ip", "-n", prefix + "host", "link", "add", "br1", "type", "veth", "peer", "name", "x");
        var before = in("host", "nft list ruleset");
        assertThatThrownBy(() ->
                        onHost(() ->
                                networks.openBridge(
                                        BridgeSettings.of("br1", Subnet.parse("10.78.0.0/24")),
                                        List.of())))
                .hasMessage("existing interface br1 is not a bridge");
        assertThat(in("host", "nft list ruleset")).isEqualTo(before);
    }

    private void open(BridgeSettings settings) throws Exception {
        onHost(() -> network.remove());
        for (var end : List.of("host", "far")) {
            var address = end.equals("host") ? "fd00:1::1/64" : "fd00:1::2/64";
            run("ip", "-n", prefix + end, "address", "add", address, "dev", "wire", "nodad");
        }
        run("ip", "-n", prefix + "far", "route", "add", "fd00:77::/64", "via", "fd00:1::1");
        onHost(() -> network = networks.openBridge(settings, List.of()));
    }

    /** Makes the far host one that attacks. */
    private void sendLoopbackOverTheWire() throws Exception {
        in("far", "sysctl -qw net.ipv4.conf.all.route_localnet=1");
        in("far", "ip route del local 127.0.0.1 table local");
        in("far", "ip route del local 127.0.0.0/8 table local");
        in("far", "ip route add 127.0.0.1/32 via " + WIRE + "1 src " + WIRE + 2);
    }

    private DatagramSocket datagramSocket(String namespace, int port) throws Exception {
        try (var opened = NetworkNamespace.open(path(namespace))) {
            return opened.call(() -> new DatagramSocket(port));
        }
    }

    private void sendTo(String namespace, InetAddress address, int port) throws Exception {
        try (var socket = datagramSocket(namespace, 0)) {
            socket.send(new DatagramPacket(new byte[] {1}, 1, address, port));
        }
    }

    private Endpoint connect(String sandbox, PortMapping... ports) throws IOException {
        return onHost(() -> attach(network.reserve(request(sandbox, ports)), sandbox));
    }

    private Endpoint attach(Endpoint endpoint, String sandbox) throws IOException {
        network.attach(endpoint, path(sandbox), BOTH_FAMILIES);
        return endpoint;
    }

    private static EndpointRequest request(String sandbox, PortMapping... ports) {
        return new EndpointRequest(
                "id-" + sandbox, sandbox, "eth0", List.of(), Optional.empty(), List.of(ports));
    }

    private interface Step {
        void run() throws IOException;
    }

    private void onHost(Step step) throws IOException {
        var _ =
                host.call(() -> {
                    step.run();
                    return "";
                });
    }

    private <T> T onHost(NetworkNamespace.Action<T> action) throws IOException {
        return host.call(action);
    }

    private Path path(String namespace) {
        return Path.of("/run/netns", prefix + namespace);
    }

    /** Answers each connection with "page". */
    private void serve(String namespace, int port) throws Exception {
        server(namespace, port, _ -> "page");
    }

    /** Answers each connection with the address that it came from. */
    private void serveAddress(String namespace, int port) throws Exception {
        server(namespace, port, client -> client.getInetAddress().getHostAddress());
    }

    private void server(String namespace, int port, Function<Socket, String> answer)
            throws Exception {
        try (var opened = NetworkNamespace.open(path(namespace))) {
            var server = opened.call(() -> new ServerSocket(port));
            servers.add(server);
            Thread.ofVirtual().start(() -> answerAll(server, answer));
        }
    }

    private static void answerAll(ServerSocket server, Function<Socket, String> answer) {
        while (!server.isClosed()) {
            try (var client = server.accept()) {
                client.getOutputStream().write(answer.apply(client).getBytes(UTF_8));
            } catch (IOException e) {
                continue; // Closed at the end of the test, or a client that went away.
            }
        }
    }

    private String get(String namespace, String address) throws Exception {
        var parts = address.split(address.contains(" ") ? " " : ":");
        // A first packet that is lost on a busy machine is sent again after a second.
        var script = "busybox timeout 3 busybox nc " + parts[0] + " " + parts[1] + " </dev/null";
        var output = in(namespace, script + " 2>/dev/null || true").strip();
        return output.isEmpty() ? "unreachable" : output;
    }

    private String in(String namespace, String script) throws Exception {
        return run("ip", "netns", "exec", prefix + namespace, "sh", "-c", script);
    }

    private static String run(String... command) throws Exception {
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        var output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as("%s: %s", String.join(" ", command), output).isZero();
        return output;
    }
}
