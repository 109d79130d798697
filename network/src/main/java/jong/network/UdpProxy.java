package jong.network;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

/**
 * Passes datagrams on where the kernel cannot, and the answers back: each client gets a socket of
 * its own towards the sandbox, closed when it has brought no answer for a while.
 */
final class UdpProxy {
    private static final int LARGEST_DATAGRAM = 65535;
    private static final int IDLE_MILLIS = 90_000; // As docker-proxy.

    private final DatagramChannel listening;
    private final SocketAddress target;
    private final Set<Family> families;
    private final Semaphore places;
    private final Map<SocketAddress, DatagramChannel> clients = new ConcurrentHashMap<>();

    private UdpProxy(
            DatagramChannel listening,
            SocketAddress target,
            Set<Family> families,
            Semaphore places) {
        this.listening = listening;
        this.target = target;
        this.families = Set.copyOf(families);
        this.places = places;
    }

    /**
     * Begins to receive from clients of some families; what others send is dropped.
     *
     * @param places for the clients of all proxies; what one without sends is dropped
     */
    static void start(
            DatagramChannel listening,
            SocketAddress target,
            Set<Family> families,
            Semaphore places) {
        var proxy = new UdpProxy(listening, target, families, places);
        Thread.ofVirtual().name("proxy " + target).start(proxy::receive);
    }

    private void receive() {
        var buffer = ByteBuffer.allocate(LARGEST_DATAGRAM);
        while (listening.isOpen()) {
            try {
                var client = listening.receive(buffer.clear());
                if (client instanceof InetSocketAddress from
                        && families.contains(Family.of(from.getAddress()))) {
                    forward(client, buffer.flip());
                }
            } catch (IOException e) {
                // Closed, which ends the loop; or a datagram that could not be sent, which is lost.
                Thread.yield();
            }
        }
        clients.values().forEach(UdpProxy::close);
    }

    private void forward(SocketAddress client, ByteBuffer datagram) throws IOException {
        var server = clients.get(client);
        if (server == null) {
            if (!places.tryAcquire()) {
                return;
            }
            try {
                server = DatagramChannel.open().connect(target);
            } catch (IOException e) {
                places.release();
                throw e;
            }
            clients.put(client, server);
            var connected = server;
            Thread.ofVirtual().start(() -> answer(connected, client));
        }
        server.write(datagram);
    }

    private void answer(DatagramChannel server, SocketAddress client) {
        var packet = new DatagramPacket(new byte[LARGEST_DATAGRAM], LARGEST_DATAGRAM);
        try (server) {
            server.socket().setSoTimeout(IDLE_MILLIS);
            while (listening.isOpen()) {
                server.socket().receive(packet);
                listening.send(ByteBuffer.wrap(packet.getData(), 0, packet.getLength()), client);
                packet.setLength(LARGEST_DATAGRAM);
            }
        } catch (SocketTimeoutException e) {
            return; // Idle.
        } catch (IOException e) {
            return; // Refused or closed: the client's next datagram begins anew.
        } finally {
            clients.remove(client, server);
            places.release();
        }
    }

    private static void close(DatagramChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            throw new IllegalStateException("close of a socket", e);
        }
    }
}
