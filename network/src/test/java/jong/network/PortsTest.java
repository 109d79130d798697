package jong.network;

import static java.nio.charset.StandardCharsets.UTF_8;
import static jong.network.TestHost.BOTH;
import static jong.network.TestHost.HOST;
import static jong.network.TestHost.HOST_IPV6;
import static jong.network.TestHost.IPV4;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Published ports with real traffic, as far as the kernel brings it: what a proxy passes on leaves
 * from the namespace of the test, not from that of the host.
 */
@Tag("root")
class PortsTest {
    private static final String RULES = "nft list table inet " + TestHost.TABLE;

    private TestHost host;

    @AfterEach
    void close() throws Exception {
        host.close();
    }

    @ParameterizedTest
    @CsvSource({
        "far, " + HOST,
        "far, " + HOST_IPV6,
        "host, 127.0.0.1",
        "host, " + HOST,
        "host, " + HOST_IPV6,
        "one, " + HOST,
        "one, " + HOST_IPV6,
        "two, " + HOST,
        "two, " + HOST_IPV6,
        "two, 10.77.0.1",
        "two, fd00:77::1"
    })
    void connectionsAndDatagramsReachASandboxOfBothFamilies(String from, String to)
            throws Exception {
        open(BOTH);
        host.connect("one", tcp(80, 8080), udp(53, 5353));
        host.connect("two");
        host.serve("one", 80);
        assertThat(host.get(from, to + " 8080")).isEqualTo("page");
        try (var _ = echo("one", 53)) {
            assertThat(ask(from, to, 5353)).isEqualTo("echo");
        }
    }

    @ParameterizedTest
    @CsvSource({"far, " + HOST, "host, " + HOST, "host, 127.0.0.1", "one, " + HOST})
    void connectionsAndDatagramsReachASandboxOfIpv4Alone(String from, String to) throws Exception {
        open(IPV4);
        host.connect("one", tcp(80, 8080), udp(53, 5353));
        host.serve("one", 80);
        assertThat(host.get(from, to + " 8080")).isEqualTo("page");
        try (var _ = echo("one", 53)) {
            assertThat(ask(from, to, 5353)).isEqualTo("echo");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {HOST, HOST_IPV6, "10.77.0.1"})
    void aNeighbourThatIsNotReachedIsAtItsPublishedPorts(String to) throws Exception {
        open(BOTH.with(BridgeSettings.Policy.OPEN.disconnected()));
        host.connect("one", udp(53, 5353));
        host.connect("two");
        try (var _ = echo("one", 53)) {
            assertThat(ask("two", to, 5353)).isEqualTo("echo");
            assertThat(ask("one", to, 5353)).isEqualTo("echo");
            assertThat(ask("far", HOST, 5353)).isEqualTo("echo");
            assertThat(ask("two", "10.77.0.2", 53)).isEmpty();
        }
    }

    @Test
    void fromANetworkWithoutAWayOutNoPortOfAnotherOneIsReached() throws Exception {
        open(BOTH.with(BridgeSettings.Policy.OPEN.disconnected().withoutOutside()));
        host.connect("one", udp(53, 5353));
        host.connect("two");
        try (var _ = echo("one", 53)) {
            assertThat(ask("two", "10.77.0.1", 5353)).isEmpty();
        }
    }

    @Test
    void overIpv6TheSandboxSeesTheClientItselfAndNoProxy() throws Exception {
        open(BOTH);
        host.connect("one", tcp(80, 8080));
        host.serveAddress("one", 80);
        assertThat(host.get("far", HOST_IPV6 + " 8080")).isEqualTo("fd00:1::2");
        assertThat(host.get("far", HOST + " 8080")).isEqualTo("192.0.2.2");
    }

    @Test
    void aPortOfIpv6AloneIsNotReachedOverIpv4() throws Exception {
        open(BOTH);
        host.connect("one", at("::", 80, 8080));
        host.serve("one", 80);
        assertThat(host.get("far", HOST_IPV6 + " 8080")).isEqualTo("page");
        assertThat(host.get("far", HOST + " 8080")).isEqualTo("unreachable");
        assertThat(host.get("host", "127.0.0.1 8080")).isEqualTo("unreachable");
    }

    @Test
    void onePortIsReachedAtSeveralOfTheHost() throws Exception {
        open(IPV4);
        host.connect("one", tcp(80, 8080), tcp(80, 8081), at(HOST, 80, 8082));
        host.serve("one", 80);
        for (int port = 8080; port <= 8082; port++) {
            assertThat(host.get("far", HOST + " " + port)).isEqualTo("page");
        }
        assertThat(host.get("host", "127.0.0.1 8082")).isEqualTo("unreachable");
    }

    @Test
    void aRoutedPortMayBePublishedTwice() throws Exception {
        var routed =
                new BridgeSettings.Policy(true, true, false, GatewayMode.ROUTED, GatewayMode.NAT);
        open(IPV4.with(routed));
        var endpoint = host.connect("one", tcp(80, 8080), tcp(80, 8081));
        host.serve("one", 80);
        assertThat(host.get("far", "10.77.0.2 80")).isEqualTo("page");
        host.release(endpoint);
        assertThat(host.in("host", RULES)).doesNotContain("10.77.0.2");
    }

    @Test
    void aClientThatKeepsItsPortReachesTheSandboxThatHasThePortNow() throws Exception {
        open(BOTH);
        for (String to : List.of(HOST, HOST_IPV6)) {
            try (var client = host.inside("far", () -> new DatagramSocket())) {
                assertThat(ask(client, to, 5353)).as("before").isEmpty();
                var first = host.connect("one", udp(53, 5353), udp(55, 5355));
                try (var _ = echo("one", 53)) {
                    assertThat(askLonger(client, to)).as("published").isEqualTo("echo");
                }
                host.release(first);
                assertThat(ask(client, to, 5353)).as("withdrawn").isEmpty();
                var second = host.connect("two", udp(54, 5353));
                try (var _ = echo("two", 54)) {
                    assertThat(askLonger(client, to)).as("published again").isEqualTo("echo");
                }
                host.release(second);
            }
        }
    }

    @Test
    void aClientThatHasSentWhileThereWereNoRulesReachesTheSandboxOnceTheyAreBack()
            throws Exception {
        open(BOTH);
        var endpoint = host.connect("one", udp(53, 5353));
        // Without a rule that asks for it, the kernel tracks nothing.
        host.in("host", "nft add table inet other");
        host.in("host", "nft add chain inet other in '{ type filter hook input priority 0; }'");
        host.in("host", "nft add rule inet other in ct state established accept");
        for (String to : List.of(HOST, HOST_IPV6)) {
            try (var client = host.inside("far", () -> new DatagramSocket());
                    var _ = echo("one", 53)) {
                host.stop();
                host.in("host", "nft delete table inet " + TestHost.TABLE);
                assertThat(ask(client, to, 5353)).as("without rules").isEmpty();
                host.start(BOTH, List.of(endpoint));
                assertThat(askLonger(client, to)).as("after a start").isEqualTo("echo");
            }
        }
    }

    @Test
    void aFlowThatHasItsRulesGoesOnOverAStart() throws Exception {
        open(IPV4);
        var endpoint = host.connect("one", udp(53, 5353));
        try (var client = host.inside("far", () -> new DatagramSocket());
                var server = host.inside("one", () -> new DatagramSocket(53))) {
            client.send(new DatagramPacket(new byte[] {1}, 1, InetAddress.getByName(HOST), 5353));
            var received = new DatagramPacket(new byte[100], 100);
            server.setSoTimeout(2000);
            server.receive(received);
            host.stop();
            host.start(IPV4, List.of(endpoint));
            server.send(received); // Its way back is known to connection tracking alone.
            client.setSoTimeout(2000);
            client.receive(received);
            assertThat(received.getPort()).isEqualTo(5353);
        }
    }

    @Test
    void flowsToTheSamePortOfOtherHostsGoOn() throws Exception {
        open(IPV4);
        host.connect("two");
        try (var client = host.inside("two", () -> new DatagramSocket());
                var server = echo("far", 5353)) {
            var asked =
                    new DatagramPacket(new byte[] {1}, 1, InetAddress.getByName("192.0.2.2"), 5353);
            client.send(asked);
            var received = new DatagramPacket(new byte[100], 100);
            server.held(received);
            host.connect("one", udp(53, 5353));
            server.answer(received);
            client.setSoTimeout(2000);
            client.receive(received);
            assertThat(received.getLength()).isEqualTo(4);
        }
    }

    @Test
    void portsArePublishedAndWithdrawnWhileTheSandboxRuns() throws Exception {
        open(BOTH);
        var before = host.connect("one", tcp(80, 8080));
        host.serve("one", 80);
        var more =
                host.call(() ->
                        host.network()
                                .publish(before, List.of(tcp(80, 8081), at(HOST_IPV6, 80, 8082))));
        assertThat(more.ports()).hasSize(5).containsAll(before.ports());
        assertThat(host.get("far", HOST + " 8081")).isEqualTo("page");
        assertThat(host.get("far", HOST_IPV6 + " 8081")).isEqualTo("page");
        assertThat(host.get("far", HOST_IPV6 + " 8082")).isEqualTo("page");

        var less = host.call(() -> host.network().withdraw(more, before.ports()));
        assertThat(less.ports()).hasSize(3);
        assertThat(host.get("far", HOST + " 8080")).isEqualTo("unreachable");
        assertThat(host.get("far", HOST + " 8081")).isEqualTo("page");
        host.call(() ->
                host.network()
                        .publish(
                                less,
                                before.ports().stream()
                                        .map(port -> tcp(80, port.hostPort()))
                                        .limit(1)
                                        .toList()));
        assertThat(host.get("far", HOST_IPV6 + " 8080")).isEqualTo("page");
        host.release(before);
        assertThat(host.in("host", RULES)).doesNotContain("10.77.0.2", "fd00:77::2");
    }

    @Test
    void whenOnePortOfSeveralCannotBePublishedNoneIs() throws Exception {
        open(IPV4);
        var one = host.connect("one", tcp(80, 8080));
        host.connect("two", tcp(80, 8082));
        String before = host.in("host", RULES);
        assertThatThrownBy(() ->
                        host.call(() ->
                                host.network().publish(one, List.of(tcp(80, 8081), tcp(80, 8082)))))
                .hasMessage(
                        "driver failed programming external connectivity on endpoint one (id-one):"
                                + " Bind for 0.0.0.0:8082 failed: port is already allocated");
        assertThat(host.in("host", RULES)).isEqualTo(before);
        host.call(() -> host.network().publish(one, List.of(tcp(80, 8081))));
        assertThat(host.in("host", RULES)).contains("tcp . 8081");
    }

    private void open(BridgeSettings settings) throws Exception {
        host = new TestHost(settings);
    }

    private static PortMapping tcp(int port, int hostPort) {
        return PortMapping.of(Protocol.TCP, port, hostPort);
    }

    private static PortMapping udp(int port, int hostPort) {
        return PortMapping.of(Protocol.UDP, port, hostPort);
    }

    private static PortMapping at(String address, int port, int hostPort) {
        return new PortMapping(
                Protocol.TCP,
                port,
                Optional.of(InetAddress.ofLiteral(address)),
                hostPort,
                hostPort);
    }

    /** A server of datagrams inside. */
    private record Echo(DatagramSocket socket) implements AutoCloseable {
        private void answerAll() {
            var packet = new DatagramPacket(new byte[100], 100);
            while (!socket.isClosed()) {
                try {
                    socket.receive(packet);
                    answer(packet);
                } catch (IOException e) {
                    continue; // Closed at the end of the test.
                }
            }
        }

        void held(DatagramPacket packet) throws IOException {
            socket.setSoTimeout(2000);
            socket.receive(packet);
        }

        void answer(DatagramPacket packet) throws IOException {
            socket.send(new DatagramPacket("echo".getBytes(UTF_8), 4, packet.getSocketAddress()));
        }

        @Override
        public void close() {
            socket.close();
        }
    }

    private Echo echo(String name, int port) throws IOException {
        var echo = new Echo(host.inside(name, () -> new DatagramSocket(port)));
        if (!name.equals("far")) {
            Thread.ofVirtual().start(echo::answerAll);
        }
        return echo;
    }

    private String ask(String from, String to, int port) throws IOException {
        try (var client = host.inside(from, () -> new DatagramSocket())) {
            return ask(client, to, port);
        }
    }

    /** Where the kernel may have to ask for a neighbour a second time, which it does after 1 s. */
    private static String askLonger(DatagramSocket client, String to) throws IOException {
        String answer = "";
        for (int i = 0; i < 4 && answer.isEmpty(); i++) {
            answer = ask(client, to, 5353);
        }
        return answer;
    }

    /** Those to what was sent several times. */
    private static void forgetAnswers(DatagramSocket client, DatagramPacket packet)
            throws IOException {
        client.setSoTimeout(50);
        try {
            while (true) {
                client.receive(packet);
                packet.setLength(100);
            }
        } catch (SocketTimeoutException e) {
            return;
        }
    }

    /** The answer to a datagram, sent up to three times; empty when there is none. */
    private static String ask(DatagramSocket client, String to, int port) throws IOException {
        var packet = new DatagramPacket(new byte[100], 100);
        forgetAnswers(client, packet);
        client.setSoTimeout(300);
        var target = new InetSocketAddress(InetAddress.getByName(to), port);
        for (int i = 0; i < 3; i++) {
            try {
                client.send(new DatagramPacket(new byte[] {1}, 1, target));
                client.receive(packet);
                return new String(packet.getData(), 0, packet.getLength(), UTF_8);
            } catch (SocketTimeoutException e) {
                continue;
            }
        }
        return "";
    }
}
