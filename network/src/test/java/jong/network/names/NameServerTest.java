package jong.network.names;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;
import jong.linux.netlink.NetworkNamespace;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A sandbox that is a network namespace, asked with real sockets. */
@Tag("root")
class NameServerTest {
    private static final int SERVER_FAILURE = 2;

    private final String sandbox = "jongn" + ProcessHandle.current().pid();
    private final Path namespace = Path.of("/run/netns", sandbox);
    private final NameTable table = new NameTable();
    private NetworkNamespace inside;
    private NameServer server;

    @BeforeEach
    void makeSandbox() throws Exception {
        run("ip", "netns", "add", sandbox);
        inside = NetworkNamespace.open(namespace);
        server = new NameServer();
        table.put("1", List.of("web"), List.of(InetAddress.ofLiteral("172.18.0.2")));
    }

    @AfterEach
    void deleteSandbox() throws Exception {
        server.close();
        inside.close();
        run("ip", "netns", "del", sandbox);
    }

    @Test
    void namesAreAnsweredOnPort53OverUdpAndTcp() throws Exception {
        server.open(sandbox, namespace, view());
        byte[] query = Messages.query("web", Messages.A);
        assertThat(Messages.answers(query, askUdp(query))).containsExactly("172.18.0.2");
        assertThat(Messages.answers(query, askTcp(query))).containsExactly("172.18.0.2");
    }

    @Test
    void nothingIsTrackedInTheSandbox() throws Exception {
        server.open(sandbox, namespace, view());
        askUdp(Messages.query("web", Messages.A));
        assertThat(in("cat /proc/sys/net/netfilter/nf_conntrack_count")).isIn("0\n", "");
        assertThat(in("nft list ruleset")).contains("chain output").doesNotContain("nat", "ct ");
    }

    @Test
    void theSandboxMayHaveANameServerOfItsOwnOnAllAddresses() throws Exception {
        server.open(sandbox, namespace, view());
        var own =
                inside.call(() -> {
                    var any = new InetSocketAddress(InetAddress.ofLiteral("0.0.0.0"), 53);
                    return List.of(
                            new DatagramSocket(any), new ServerSocket(53, 1, any.getAddress()));
                });
        try {
            byte[] query = Messages.query("web", Messages.A);
            assertThat(Messages.answers(query, askUdp(query))).containsExactly("172.18.0.2");
            assertThat(Messages.answers(query, askTcp(query))).containsExactly("172.18.0.2");
        } finally {
            for (var socket : own) {
                socket.close();
            }
        }
    }

    @Test
    void changesAreSeenAtOnce() throws Exception {
        server.open(sandbox, namespace, view());
        byte[] query = Messages.query("new", Messages.A);
        assertThat(Messages.code(askUdp(query))).isEqualTo(SERVER_FAILURE);
        table.put("2", List.of("new"), List.of(InetAddress.ofLiteral("172.18.0.3")));
        assertThat(Messages.answers(query, askUdp(query))).containsExactly("172.18.0.3");
        server.update(sandbox, new SandboxView(List.of(), List.of(), false));
        assertThat(Messages.code(askUdp(query))).isEqualTo(SERVER_FAILURE);
    }

    @Test
    void openedAnewItAnswersAgain() throws Exception {
        server.open(sandbox, namespace, view());
        server.close();
        server = new NameServer();
        server.open(sandbox, namespace, view());
        byte[] query = Messages.query("web", Messages.A);
        assertThat(Messages.answers(query, askUdp(query))).containsExactly("172.18.0.2");
        assertThat(in("nft list ruleset").lines().filter(line -> line.contains("port set")))
                .hasSize(4);
    }

    @Test
    void closedItHoldsNothingOfTheSandbox() throws Exception {
        server.open(sandbox, namespace, view());
        assertThat(in("ss -nlHutO")).contains("127.0.0.11");
        server.close(sandbox);
        server.open("another", namespace, view());
        server.close("another");
        askSomethingElse();
        assertThat(in("ss -nlHutO")).isEmpty();
    }

    /** The selector lets go of sockets at its next turn, which this makes it have. */
    private void askSomethingElse() throws Exception {
        server.open("third", namespace, view());
        askUdp(Messages.query("web", Messages.A));
        askUdp(Messages.query("web", Messages.A));
        server.close("third");
        for (int i = 0; i < 100 && !in("ss -nlHutO").isEmpty(); i++) {
            Thread.sleep(10);
        }
    }

    @Test
    void whatIsUnknownIsAskedOfTheHostsServerWithAnotherNumber() throws Exception {
        try (var upstream =
                upstream(query ->
                        Reply.to(
                                query,
                                ResponseCode.NO_ERROR,
                                List.of(new Reply.Answer(Messages.A, new byte[] {9, 9, 9, 9})),
                                512))) {
            server.open(sandbox, namespace, view(upstream.address()));
            byte[] query = Messages.query("example.org", Messages.A);
            assertThat(Messages.answers(query, askUdp(query))).containsExactly("9.9.9.9");
            assertThat(Messages.code(askUdp(Messages.query("web", Messages.AAAA)))).isZero();
            assertThat(upstream.asked).hasValue(1);
        }
    }

    @Test
    void aServerThatFailsOrIsNotThereIsFollowedByTheNext() throws Exception {
        try (var failing =
                        upstream(query ->
                                Reply.to(query, ResponseCode.SERVER_FAILURE, List.of(), 512));
                var forged =
                        upstream(query -> {
                            byte[] answer = Reply.to(query, ResponseCode.NO_ERROR, List.of(), 512);
                            answer[0]++;
                            return answer;
                        });
                var good =
                        upstream(query -> {
                            byte[] answer = Reply.to(query, ResponseCode.NO_ERROR, List.of(), 512);
                            answer[3] |= 3; // NXDOMAIN
                            return answer;
                        })) {
            server.open(sandbox, namespace, view(failing.address(), good.address()));
            byte[] query = Messages.query("example.org", Messages.A);
            assertThat(Messages.code(askUdp(query))).isEqualTo(3);
            assertThat(failing.asked).hasValue(1);
            server.update(sandbox, view(forged.address(), good.address()));
            assertThat(Messages.code(askUdp(query))).isEqualTo(3);
        }
    }

    @Test
    void ofALargeDatagramTheClientIsToldToAskByTcp() throws Exception {
        var many =
                IntStream.range(0, 300)
                        .mapToObj(_ -> new Reply.Answer(Messages.A, new byte[] {1, 2, 3, 4}))
                        .toList();
        try (var upstream =
                upstream(query -> Reply.to(query, ResponseCode.NO_ERROR, many, 65000))) {
            server.open(sandbox, namespace, view(upstream.address()));
            byte[] reply = askUdp(Messages.queryWithEdns("example.org", Messages.A, 65000));
            assertThat(Messages.isTruncated(reply)).isTrue();
            assertThat(Messages.count(reply, 1)).isZero();
        }
    }

    @Test
    void aQueryOfUnusualSizeIsRefusedOverUdpAndEndsAConnection() throws Exception {
        server.open(sandbox, namespace, view());
        byte[] query = Arrays.copyOf(Messages.query("web", Messages.A), 4097);
        assertThat(Messages.code(askUdp(query))).isEqualTo(1);
        assertThatThrownBy(() -> askTcp(query)).isInstanceOf(IOException.class);
    }

    @Test
    void aServerOfTheSandboxIsAskedFromTheSandbox() throws Exception {
        var socket = inside.call(() -> new DatagramSocket(0, InetAddress.ofLiteral("127.0.0.1")));
        try (var upstream =
                new FakeServer(
                        socket, query -> Reply.to(query, ResponseCode.NO_ERROR, List.of(), 512))) {
            var address = new InetSocketAddress("127.0.0.1", socket.getLocalPort());
            byte[] query = Messages.query("example.org", Messages.A);
            server.open(sandbox, namespace, view(new Upstream(address, true)));
            assertThat(Messages.code(askUdp(query))).isZero();
            server.update(sandbox, view(new Upstream(address, false)));
            assertThat(Messages.code(askUdp(query))).isEqualTo(SERVER_FAILURE);
            assertThat(upstream.asked).hasValue(1);
        }
    }

    @Test
    void overTcpTheServerIsAskedOverTcp() throws Exception {
        try (var listening = new ServerSocket(0, 5, InetAddress.ofLiteral("127.0.0.1"))) {
            Thread.ofVirtual().start(() -> answerOnce(listening));
            var address = new InetSocketAddress("127.0.0.1", listening.getLocalPort());
            server.open(sandbox, namespace, view(new Upstream(address, false)));
            byte[] query = Messages.query("example.org", Messages.A);
            assertThat(Messages.answers(query, askTcp(query))).hasSize(100);
        }
    }

    private static void answerOnce(ServerSocket listening) {
        try (var client = listening.accept()) {
            byte[] asked = Frames.read(new DataInputStream(client.getInputStream()), Reply.LARGEST);
            var many =
                    IntStream.range(0, 100)
                            .mapToObj(i ->
                                    new Reply.Answer(Messages.A, new byte[] {1, 2, 3, (byte) i}))
                            .toList();
            Frames.write(
                    client.getOutputStream(),
                    Reply.to((Query) Query.read(asked), ResponseCode.NO_ERROR, many, 65535));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void fiftyAtOnceLoseNothing() throws Exception {
        server.open(sandbox, namespace, view());
        var clients =
                IntStream.range(0, 50)
                        .mapToObj(_ ->
                                CompletableFuture.runAsync(
                                        this::askOften, task -> Thread.ofPlatform().start(task)))
                        .toList();
        CompletableFuture.allOf(clients.toArray(CompletableFuture[]::new)).join();
    }

    private void askOften() {
        byte[] query = Messages.query("web", Messages.A);
        try (var client = inside.call(DatagramSocket::new)) {
            for (int i = 0; i < 200; i++) {
                assertThat(Messages.answers(query, ask(client, query))).hasSize(1);
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void garbageIsAnsweredOrDroppedAndTheNextOneServed() throws Exception {
        server.open(sandbox, namespace, view());
        byte[] query = Messages.query("web", Messages.A);
        assertThat(Messages.code(askUdp(Arrays.copyOf(query, 14)))).isEqualTo(1);
        try (var client = inside.call(DatagramSocket::new)) {
            client.send(new DatagramPacket(new byte[5], 5, NameServer.ADDRESS, 53));
        }
        assertThat(Messages.answers(query, askUdp(query))).hasSize(1);
    }

    private SandboxView view(Upstream... upstreams) {
        return new SandboxView(
                List.of(new NetworkNames("net", table, Map.of())), List.of(upstreams), false);
    }

    private byte[] askUdp(byte[] query) throws IOException {
        try (var client = inside.call(DatagramSocket::new)) {
            return ask(client, query);
        }
    }

    private static byte[] ask(DatagramSocket client, byte[] query) throws IOException {
        client.setSoTimeout(20_000);
        client.send(new DatagramPacket(query, query.length, NameServer.ADDRESS, 53));
        var packet = new DatagramPacket(new byte[65536], 65536);
        client.receive(packet);
        assertThat(packet.getPort()).isEqualTo(53);
        return Arrays.copyOf(packet.getData(), packet.getLength());
    }

    private byte[] askTcp(byte[] query) throws IOException {
        try (var client = inside.call(() -> new Socket(NameServer.ADDRESS, 53))) {
            Frames.write(client.getOutputStream(), query);
            return Frames.read(new DataInputStream(client.getInputStream()), Reply.LARGEST);
        }
    }

    private String in(String command) throws Exception {
        var process =
                new ProcessBuilder(("ip netns exec " + sandbox + " " + command).split(" "))
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        return new String(process.getInputStream().readAllBytes(), UTF_8);
    }

    private static void run(String... command) throws Exception {
        var process = new ProcessBuilder(command).inheritIO().start();
        assertThat(process.waitFor()).as(String.join(" ", command)).isZero();
    }

    private static FakeServer upstream(Function<Query, byte[]> answer) throws IOException {
        return new FakeServer(new DatagramSocket(0, InetAddress.ofLiteral("127.0.0.1")), answer);
    }

    /** A server of somebody else. */
    private static final class FakeServer implements AutoCloseable {
        final AtomicInteger asked = new AtomicInteger();
        final DatagramSocket socket;

        FakeServer(DatagramSocket socket, Function<Query, byte[]> answer) {
            this.socket = socket;
            Thread.ofVirtual().start(() -> serve(answer));
        }

        Upstream address() {
            return new Upstream((InetSocketAddress) socket.getLocalSocketAddress(), false);
        }

        private void serve(Function<Query, byte[]> answer) {
            var packet = new DatagramPacket(new byte[2048], 2048);
            try {
                while (true) {
                    packet.setLength(2048);
                    socket.receive(packet);
                    asked.incrementAndGet();
                    byte[] message = Arrays.copyOf(packet.getData(), packet.getLength());
                    byte[] reply = answer.apply((Query) Query.read(message));
                    socket.send(new DatagramPacket(reply, reply.length, packet.getSocketAddress()));
                }
            } catch (IOException _) {
                return; // Closed.
            }
        }

        @Override
        public void close() {
            socket.close();
        }
    }
}
