package jong.network;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import jong.linux.netlink.MacAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HostPortsTest {
    private final HostPorts ports;

    HostPortsTest() throws IOException {
        ports = new HostPorts(true);
    }

    @AfterEach
    void giveBack() throws IOException {
        ports.giveBack("id1");
        ports.giveBack("id2");
        ports.close();
    }

    @Test
    void aPortThatAnotherProgramHasIsToldInDockersWords() throws Exception {
        try (var other = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            int port = other.getLocalPort();
            assertThatThrownBy(() ->
                            take(ports, request("id1", PortMapping.of(Protocol.TCP, 80, port))))
                    .isInstanceOf(NetworkException.class)
                    .hasMessage(
                            "driver failed programming external connectivity on endpoint web (id1):"
                                    + " Error starting userland proxy: listen tcp4 0.0.0.0:"
                                    + port
                                    + ": bind: address already in use");
        }
    }

    @Test
    void withoutAUserlandProxyAPortIsPublishedOverIpv4Alone() throws Exception {
        var kernelOnly = new HostPorts(false);
        var six = Optional.of(InetAddress.ofLiteral("::1"));
        try (var other = new ServerSocket(0, 1, InetAddress.getByName("::1"))) {
            int port = other.getLocalPort();
            var published =
                    take(
                            kernelOnly,
                            request(
                                    "id1",
                                    PortMapping.of(Protocol.TCP, 80, port),
                                    new PortMapping(Protocol.TCP, 80, six, port, port)));
            assertThat(published)
                    .containsExactly(
                            new PublishedPort(
                                    Protocol.TCP, 80, InetAddress.ofLiteral("0.0.0.0"), port));
        } finally {
            kernelOnly.giveBack("id1");
            kernelOnly.close();
        }
    }

    @Test
    void withoutAUserlandProxyNothingIsPassedOnThatTheKernelRewrites() throws Exception {
        try (var kernelOnly = new HostPorts(false);
                var sandbox = new ServerSocket(0, 5, InetAddress.getByName("127.0.0.1"))) {
            int port = sandbox.getLocalPort();
            var published = take(kernelOnly, request("id1", PortMapping.of(Protocol.TCP, port, 0)));
            kernelOnly.serve(endpoint(published));
            sandbox.setSoTimeout(300);
            try (var _ = new Socket("127.0.0.1", published.getFirst().hostPort())) {
                assertThatThrownBy(sandbox::accept).isInstanceOf(SocketTimeoutException.class);
            }
            kernelOnly.giveBack("id1");
        }
    }

    @Test
    void aPortOfAnotherEndpointIsToldInDockersWords() throws Exception {
        int port =
                take(ports, request("id1", PortMapping.of(Protocol.TCP, 80, 0)))
                        .getFirst()
                        .hostPort();
        assertThatThrownBy(
                        () -> take(ports, request("id2", PortMapping.of(Protocol.TCP, 81, port))))
                .hasMessage(
                        "driver failed programming external connectivity on endpoint web (id2):"
                                + " Bind for 0.0.0.0:"
                                + port
                                + " failed: port is already allocated");
        take(ports, request("id2", PortMapping.of(Protocol.UDP, 81, port)));
        ports.giveBack("id1");
        ports.giveBack("id2");
        take(ports, request("id2", PortMapping.of(Protocol.TCP, 81, port)));
    }

    @Test
    void ofARangeTheFirstFreePortIsTaken() throws Exception {
        var first = take(ports, request("id1", PortMapping.of(Protocol.TCP, 80, 0))).getFirst();
        int port = first.hostPort();
        var range =
                new PortMapping(
                        Protocol.TCP, 80, Optional.empty(), port, Math.min(port + 50, 65535));
        var second = take(ports, request("id2", range));
        assertThat(second.getFirst().hostPort()).isBetween(port + 1, port + 50);
    }

    @Test
    void aMappingForAllAddressesIsShownForBothFamilies() throws Exception {
        var published = take(ports, request("id1", PortMapping.of(Protocol.TCP, 80, 0)));
        assertThat(published)
                .extracting(port -> port.hostAddress().getHostAddress())
                .containsExactly("0.0.0.0", "0:0:0:0:0:0:0:0");
        assertThat(published)
                .extracting(PublishedPort::hostPort)
                .containsOnly(published.getFirst().hostPort());
    }

    @Test
    void nothingIsHeldWhenOneOfSeveralPortsCannotBeHad() throws Exception {
        int free = freePort();
        try (var other = new ServerSocket(0)) {
            var request =
                    request(
                            "id1",
                            PortMapping.of(Protocol.TCP, 80, free),
                            PortMapping.of(Protocol.TCP, 81, other.getLocalPort()));
            assertThatThrownBy(() -> take(ports, request)).isInstanceOf(NetworkException.class);
        }
        new ServerSocket(free).close();
        take(ports, request("id2", PortMapping.of(Protocol.TCP, 80, free)));
    }

    @Test
    void connectionsOverIpv6ReachTheSandboxBothWaysAndEndEachByItself() throws Exception {
        try (var sandbox = new ServerSocket(0, 5, InetAddress.getByName("127.0.0.1"))) {
            var published =
                    take(
                            ports,
                            request(
                                    "id1",
                                    PortMapping.of(Protocol.TCP, sandbox.getLocalPort(), 0)));
            ports.serve(endpoint(published));
            try (var client = new Socket("::1", published.getFirst().hostPort());
                    var server = sandbox.accept()) {
                client.getOutputStream().write("question".getBytes(UTF_8));
                client.shutdownOutput();
                assertThat(server.getInputStream().readAllBytes())
                        .asString(UTF_8)
                        .isEqualTo("question");
                server.getOutputStream().write("answer".getBytes(UTF_8));
                server.shutdownOutput();
                assertThat(client.getInputStream().readAllBytes())
                        .asString(UTF_8)
                        .isEqualTo("answer");
            }
        }
    }

    @Test
    void aClientIsPassedOnToTheAddressOfItsOwnFamily() throws Exception {
        try (var four = new ServerSocket(0, 5, InetAddress.getByName("127.0.0.1"));
                var six = new ServerSocket(four.getLocalPort(), 5, InetAddress.getByName("::1"))) {
            var published =
                    take(
                            ports,
                            request("id1", PortMapping.of(Protocol.TCP, six.getLocalPort(), 0)));
            ports.serve(endpoint(published, "::1", "127.0.0.1"));
            int port = published.getFirst().hostPort();
            four.setSoTimeout(10_000);
            six.setSoTimeout(10_000);
            try (var _ = new Socket("127.0.0.1", port);
                    var server = four.accept()) {
                assertThat(server.isConnected()).isTrue();
            }
            try (var _ = new Socket("::1", port);
                    var server = six.accept()) {
                assertThat(server.isConnected()).isTrue();
            }
        }
    }

    @Test
    void aClientBeyondThoseOfAllPortsIsSentAway() throws Exception {
        var few = new HostPorts(true, 1);
        try (var sandbox = new ServerSocket(0, 5, InetAddress.getByName("127.0.0.1"))) {
            int target = sandbox.getLocalPort();
            var published =
                    take(
                            few,
                            request(
                                    "id1",
                                    PortMapping.of(Protocol.TCP, target, 0),
                                    PortMapping.of(Protocol.TCP, target, 0)));
            few.serve(endpoint(published));
            try (var first = new Socket("::1", published.getFirst().hostPort());
                    var server = sandbox.accept();
                    var second = new Socket("::1", published.getLast().hostPort())) {
                second.setSoTimeout(10_000);
                assertThat(second.getInputStream().read()).isEqualTo(-1);
                server.getOutputStream().write(1);
                assertThat(first.getInputStream().read()).isEqualTo(1);
            }
        } finally {
            few.giveBack("id1");
            few.close();
        }
    }

    @Test
    void datagramsOverIpv6ReachTheSandboxAndAreAnswered() throws Exception {
        try (var sandbox = new DatagramSocket(new InetSocketAddress("127.0.0.1", 0));
                var client = new DatagramSocket()) {
            var published =
                    take(
                            ports,
                            request(
                                    "id1",
                                    PortMapping.of(Protocol.UDP, sandbox.getLocalPort(), 0)));
            ports.serve(endpoint(published));
            client.setSoTimeout(10_000);
            sandbox.setSoTimeout(10_000);
            var target = new InetSocketAddress("::1", published.getFirst().hostPort());
            client.send(new DatagramPacket("question".getBytes(UTF_8), 8, target));
            var received = receive(sandbox);
            assertThat(text(received)).isEqualTo("question");
            sandbox.send(
                    new DatagramPacket("answer".getBytes(UTF_8), 6, received.getSocketAddress()));
            assertThat(text(receive(client))).isEqualTo("answer");
        }
    }

    @Test
    void clientsOfADatagramPortShareOneBuffer() throws Exception {
        try (var sandbox = new DatagramSocket(new InetSocketAddress("127.0.0.1", 0))) {
            sandbox.setSoTimeout(10_000);
            int port = sandbox.getLocalPort();
            var published = take(ports, request("id1", PortMapping.of(Protocol.UDP, port, 0)));
            ports.serve(endpoint(published));
            var target = new InetSocketAddress("::1", published.getFirst().hostPort());
            long before = usedBytes();
            for (int i = 0; i < 300; i++) {
                try (var client = new DatagramSocket()) {
                    client.send(new DatagramPacket(new byte[1], 1, target));
                }
                receive(sandbox);
            }
            // With 64 KiB for each they are 19 million.
            assertThat(usedBytes() - before).isLessThan(5_000_000);
        }
    }

    private static long usedBytes() {
        System.gc();
        var runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    @Test
    void aDatagramPortIsFreeAsSoonAsItIsGivenBack() throws Exception {
        int port = freePort();
        for (int i = 0; i < 20; i++) {
            var published = take(ports, request("id1", PortMapping.of(Protocol.UDP, 9, port)));
            ports.serve(endpoint(published));
            ports.giveBack("id1");
            new DatagramSocket(port).close();
        }
    }

    @Test
    void oneThatSendsDatagramsBeyondTheClientsOfAllPortsIsNotHeard() throws Exception {
        try (var one = new HostPorts(true, 1);
                var sandbox = new DatagramSocket(new InetSocketAddress("127.0.0.1", 0));
                var first = new DatagramSocket();
                var second = new DatagramSocket()) {
            sandbox.setSoTimeout(10_000);
            int port = sandbox.getLocalPort();
            var published = take(one, request("id1", PortMapping.of(Protocol.UDP, port, 0)));
            one.serve(endpoint(published));
            var target = new InetSocketAddress("::1", published.getFirst().hostPort());
            first.send(new DatagramPacket("1".getBytes(UTF_8), 1, target));
            assertThat(text(receive(sandbox))).isEqualTo("1");
            second.send(new DatagramPacket("2".getBytes(UTF_8), 1, target));
            first.send(new DatagramPacket("3".getBytes(UTF_8), 1, target));
            assertThat(text(receive(sandbox))).isEqualTo("3");
            one.giveBack("id1");
        }
    }

    private static DatagramPacket receive(DatagramSocket socket) throws IOException {
        var packet = new DatagramPacket(new byte[100], 100);
        socket.receive(packet);
        return packet;
    }

    private static String text(DatagramPacket packet) {
        return new String(packet.getData(), 0, packet.getLength(), UTF_8);
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static EndpointRequest request(String id, PortMapping... mappings) {
        return new EndpointRequest(
                id, "web", "eth0", List.of(), Optional.empty(), List.of(mappings));
    }

    /** Of an endpoint that has IPv4 alone. */
    private static List<PublishedPort> take(HostPorts ports, EndpointRequest request)
            throws NetworkException {
        return ports.take(
                request.id(),
                request.sandboxName(),
                request.ports(),
                Map.of(Family.IPV4, GatewayMode.NAT));
    }

    private static Endpoint endpoint(List<PublishedPort> published) {
        return endpoint(published, "127.0.0.1");
    }

    private static Endpoint endpoint(List<PublishedPort> published, String... addresses) {
        return new Endpoint(
                "id1",
                "web",
                "eth0",
                Stream.of(addresses)
                        .map(Subnet::parseAddress)
                        .map(address -> new Endpoint.Address(address, 8, Optional.empty()))
                        .toList(),
                Optional.of(new MacAddress(0x0242_0000_0001L)),
                "veth0000001",
                published);
    }
}
