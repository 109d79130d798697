package jong.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Endpoints with limits, with real streams. */
@Tag("root")
class LimitsTest {
    private static final Bandwidth LIMITED = new Bandwidth(40_000_000, 20_000_000);
    private static final int BYTES = 4_000_000;

    private TestHost host;

    @BeforeEach
    void open() throws Exception {
        host = new TestHost(TestHost.IPV4);
    }

    @AfterEach
    void close() throws Exception {
        host.close();
    }

    @Test
    void streamsAreAsFastAsTheLimitsSayEachWay() throws Exception {
        host.connect(TestHost.request("one").limited(LIMITED));
        host.connect("two");
        double in = bitsPerSecond("two", "one", "10.77.0.2");
        double out = bitsPerSecond("one", "two", "10.77.0.3");
        assertThat(in).isBetween(LIMITED.ingress() / 2.0, LIMITED.ingress() * 2.0);
        assertThat(out).isBetween(LIMITED.egress() / 2.0, LIMITED.egress() * 2.0);
        assertThat(in).isGreaterThan(out * 1.2);
    }

    @Test
    void aNeighbourIsNotLimited() throws Exception {
        host.connect(TestHost.request("one").limited(LIMITED));
        host.connect("two");
        assertThat(bitsPerSecond("host", "two", "10.77.0.3"))
                .isGreaterThan(LIMITED.ingress() * 2.0);
    }

    @Test
    void allOfItIsOutsideAndGoesWithTheEndpoint() throws Exception {
        var endpoint = host.connect(TestHost.request("one").limited(LIMITED));
        assertThat(host.in("one", "tc qdisc show dev eth0")).doesNotContain("tbf", "ingress");
        assertThat(host.in("host", "tc qdisc show dev " + endpoint.hostInterface()))
                .contains("tbf 1: root", "rate 40Mbit burst 25000b", "qdisc ingress");
        assertThat(host.in("host", "tc qdisc")).contains("dev ifb", "rate 20Mbit");
        host.release(endpoint);
        host.await(
                "host", "ip -br link", links -> !links.contains("ifb") && !links.contains("veth"));
    }

    @Test
    void whatAKilledEngineLeftIsSwept() throws Exception {
        host.connect(TestHost.request("one").limited(LIMITED));
        host.in("host", "ip link add ifb7 type ifb");
        host.restart(TestHost.IPV4);
        host.call(() -> {
            host.network().sweep();
            return "";
        });
        assertThat(host.in("host", "ip -br link show type ifb").lines())
                .hasSize(1)
                .allMatch(line -> line.startsWith("ifb7"));
    }

    /** How fast a stream comes in. */
    private double bitsPerSecond(String from, String to, String address) throws Exception {
        try (var server = host.inside(to, () -> new ServerSocket(90))) {
            var sender = Thread.ofPlatform().start(() -> send(from, address));
            try (var socket = server.accept()) {
                var buffer = new byte[64 * 1024];
                long start = System.nanoTime();
                long count = 0;
                for (int n = 0; n >= 0; n = socket.getInputStream().read(buffer)) {
                    count += n;
                }
                double seconds = (System.nanoTime() - start) / 1e9;
                sender.join();
                assertThat(count).isEqualTo(BYTES);
                return count * 8 / seconds;
            }
        }
    }

    private void send(String from, String address) {
        try {
            host.inside(
                    from,
                    () -> {
                        try (var socket = new Socket(address, 90)) {
                            var bytes = new byte[BYTES];
                            Arrays.fill(bytes, (byte) 1);
                            socket.getOutputStream().write(bytes);
                            return "";
                        }
                    });
        } catch (IOException e) {
            throw new AssertionError(e); // The receiver then misses bytes.
        }
    }
}
