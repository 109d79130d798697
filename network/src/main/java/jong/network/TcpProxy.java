package jong.network;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Set;
import java.util.concurrent.Semaphore;

/**
 * Passes connections on, byte by byte, where the kernel cannot: from IPv6 to a sandbox that has
 * IPv4 alone. One virtual thread for each direction of a connection. It ends when its listening
 * socket is closed; connections live on until one side ends them.
 */
final class TcpProxy {
    private static final int BUFFER_BYTES = 8 * 1024;

    private final ServerSocketChannel listening;
    private final SocketAddress target;
    private final Set<Family> families;
    private final Semaphore places;

    private TcpProxy(
            ServerSocketChannel listening,
            SocketAddress target,
            Set<Family> families,
            Semaphore places) {
        this.listening = listening;
        this.target = target;
        this.families = Set.copyOf(families);
        this.places = places;
    }

    /**
     * Begins to accept from clients of some families; others are sent away.
     *
     * @param places for the connections of all proxies; without one a client is sent away
     */
    static void start(
            ServerSocketChannel listening,
            SocketAddress target,
            Set<Family> families,
            Semaphore places) {
        var proxy = new TcpProxy(listening, target, families, places);
        Thread.ofVirtual().name("proxy " + target).start(proxy::accept);
    }

    private void accept() {
        while (listening.isOpen()) {
            try {
                var client = listening.accept();
                if (isWelcome(client) && places.tryAcquire()) {
                    Thread.ofVirtual().start(() -> serve(client));
                } else {
                    client.close();
                }
            } catch (IOException e) {
                // Closed, which ends the loop; or a client that has gone before it was accepted.
                Thread.yield();
            }
        }
    }

    private boolean isWelcome(SocketChannel client) throws IOException {
        return client.getRemoteAddress() instanceof InetSocketAddress from
                && families.contains(Family.of(from.getAddress()));
    }

    private void serve(SocketChannel client) {
        try (client;
                var server = SocketChannel.open(target)) {
            var back = Thread.ofVirtual().start(() -> copy(server, client));
            copy(client, server);
            back.join();
        } catch (IOException e) {
            // The sandbox does not accept: to the client, a connection that is closed at once.
            return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            places.release();
        }
    }

    /** Copies until the end, and hands the end on, so that each direction ends by itself. */
    private static void copy(SocketChannel from, SocketChannel to) {
        var buffer = ByteBuffer.allocate(BUFFER_BYTES);
        try {
            while (from.read(buffer) >= 0) {
                buffer.flip();
                while (buffer.hasRemaining()) {
                    to.write(buffer);
                }
                buffer.clear();
            }
            to.shutdownOutput();
        } catch (IOException e) {
            // Reset by one side: the other is told by closing both.
            close(from);
            close(to);
        }
    }

    private static void close(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            throw new IllegalStateException("close of a socket", e);
        }
    }
}
