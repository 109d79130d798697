package jong.network.names;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import jong.linux.netlink.NetworkNamespace;
import org.junit.jupiter.api.Test;

class ForwarderTest {
    private static final int REFUSED = 5;

    private final Query query = (Query) Query.read(Messages.query("example.org", Messages.A));

    @Test
    void oneSandboxWaitsForAPlaceThatAnotherHas() throws Exception {
        var places = new Semaphore(1);
        try (var namespace = NetworkNamespace.open(Path.of("/proc/self/ns/net"));
                var server = new DatagramSocket(0, InetAddress.ofLiteral("127.0.0.1"))) {
            var upstreams =
                    List.of(
                            new Upstream(
                                    (InetSocketAddress) server.getLocalSocketAddress(), false));
            var one = new Forwarder(namespace, places);
            var other = new Forwarder(namespace, places);
            var first = new CompletableFuture<byte[]>();
            one.forward(query, upstreams, Exchange.UDP, first::complete);

            var second = new CompletableFuture<byte[]>();
            other.forward(query, upstreams, Exchange.UDP, second::complete);
            assertThat(Messages.code(second.join())).isEqualTo(REFUSED);
            assertThat(Messages.code(other.answer(query, upstreams, Exchange.TCP)))
                    .isEqualTo(REFUSED);

            answer(server);
            assertThat(Messages.code(first.join())).isZero();
            places.acquire(); // It is given back.
        }
    }

    private static void answer(DatagramSocket server) throws Exception {
        var packet = new DatagramPacket(new byte[512], 512);
        server.receive(packet);
        byte[] asked = Arrays.copyOf(packet.getData(), packet.getLength());
        byte[] reply = Reply.to((Query) Query.read(asked), ResponseCode.NO_ERROR, List.of(), 512);
        server.send(new DatagramPacket(reply, reply.length, packet.getSocketAddress()));
    }
}
