package jong.network;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import jong.linux.netlink.NetworkNamespace;

/**
 * A host of its own ({@code host}), a neighbour on its wire ({@code far}) and sandboxes ({@code
 * one}, {@code two}), all of them network namespaces, with real traffic between them.
 */
final class TestHost implements AutoCloseable {
    static final String TABLE = "jong_test";
    static final String HOST = "192.0.2.1";
    static final String HOST_IPV6 = "fd00:1::1";
    static final BridgeSettings IPV4 = BridgeSettings.of("br0", Subnet.parse("10.77.0.0/24"));
    static final BridgeSettings BOTH =
            BridgeSettings.of("br0", Subnet.parse("10.77.0.0/24"), Subnet.parse("fd00:77::/64"));

    private static final List<String> NAMES = List.of("host", "far", "one", "two");

    private final String prefix = "jongf" + ProcessHandle.current().pid();
    private final List<AutoCloseable> servers = new ArrayList<>();
    private final NetworkNamespace namespace;
    private Networks networks;
    private BridgeNetwork network;

    TestHost(BridgeSettings settings) throws Exception {
        for (String name : NAMES) {
            run("ip", "netns", "add", prefix + name);
            in(name, "ip link set lo up");
        }
        in("host", "ip link add wire type veth peer name wire netns " + prefix + "far");
        for (String end : List.of("host", "far")) {
            int number = end.equals("host") ? 1 : 2;
            in(end, "ip link set wire up; ip address add 192.0.2." + number + "/24 dev wire");
            in(end, "ip address add fd00:1::" + number + "/64 dev wire nodad");
        }
        // The neighbour knows the way to the sandboxes, as an attacker would.
        in("far", "ip route add 10.77.0.0/24 via " + HOST);
        in("far", "ip route add fd00:77::/64 via " + HOST_IPV6);
        namespace = NetworkNamespace.open(path("host"));
        networks = namespace.call(() -> new Networks(TABLE));
        open(settings);
    }

    /** Opens another network, or the first, which the methods below work on. */
    BridgeNetwork open(BridgeSettings settings) throws IOException {
        network = call(() -> networks.openBridge(settings, List.of()));
        return network;
    }

    /** As after a kill of the engine, which knows nothing of endpoints when it is back. */
    void restart(BridgeSettings settings) throws IOException {
        stop();
        start(settings, List.of());
    }

    /** As when the engine ends while sandboxes go on. */
    void stop() throws IOException {
        networks.close();
    }

    /** As when the engine is back. */
    void start(BridgeSettings settings, List<Endpoint> endpoints) throws IOException {
        networks = call(() -> new Networks(TABLE));
        network = call(() -> networks.openBridge(settings, endpoints));
    }

    Networks networks() {
        return networks;
    }

    BridgeNetwork network() {
        return network;
    }

    <T> T call(NetworkNamespace.Action<T> action) throws IOException {
        return namespace.call(action);
    }

    Endpoint connect(String sandbox, PortMapping... ports) throws IOException {
        return connect(request(sandbox, ports));
    }

    Endpoint connect(EndpointRequest request) throws IOException {
        return call(() -> {
            var endpoint = network.reserve(request);
            network.attach(endpoint, path(request.sandboxName()), EnumSet.allOf(Family.class));
            return endpoint;
        });
    }

    static EndpointRequest request(String sandbox, PortMapping... ports) {
        return new EndpointRequest(
                "id-" + sandbox, sandbox, "eth0", List.of(), Optional.empty(), List.of(ports));
    }

    void release(Endpoint endpoint) throws IOException {
        call(() -> {
            network.release(endpoint);
            return endpoint;
        });
    }

    Path path(String name) {
        return Path.of("/run/netns", prefix + name);
    }

    /** Answers each connection to a port inside with "page". */
    void serve(String name, int port) throws Exception {
        serve(name, port, _ -> "page");
    }

    /** Answers each connection to a port inside with the address that it came from. */
    void serveAddress(String name, int port) throws Exception {
        serve(name, port, client -> Subnet.text(client.getInetAddress()));
    }

    private void serve(String name, int port, Function<Socket, String> answer) throws Exception {
        var server = inside(name, () -> new ServerSocket(port));
        servers.add(server);
        Thread.ofVirtual().start(() -> answerAll(server, answer));
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

    /** What a connection to {@code "ADDRESS PORT"} is answered. */
    String get(String name, String addressAndPort) throws Exception {
        // A first packet that is lost on a busy machine is sent again after a second.
        var script = "busybox timeout 3 busybox nc " + addressAndPort + " </dev/null 2>/dev/null";
        var output = in(name, script + " || true").strip();
        return output.isEmpty() ? "unreachable" : output;
    }

    <T> T inside(String name, NetworkNamespace.Action<T> action) throws IOException {
        try (var opened = NetworkNamespace.open(path(name))) {
            return opened.call(action);
        }
    }

    /** Runs a command again until its output is as wanted, for at most ten seconds. */
    String await(String name, String script, Predicate<String> wanted) throws Exception {
        long end = System.nanoTime() + 10_000_000_000L;
        String output = in(name, script);
        while (!wanted.test(output) && System.nanoTime() < end) {
            Thread.sleep(20);
            output = in(name, script);
        }
        assertThat(output).as(script).matches(wanted);
        return output;
    }

    String in(String name, String script) throws Exception {
        return run("ip", "netns", "exec", prefix + name, "sh", "-c", script);
    }

    private static String run(String... command) throws Exception {
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        var output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as("%s: %s", String.join(" ", command), output).isZero();
        return output;
    }

    @Override
    public void close() throws Exception {
        for (var server : servers) {
            server.close();
        }
        networks.close();
        namespace.close();
        for (String name : NAMES) {
            run("ip", "netns", "del", prefix + name);
        }
    }
}
