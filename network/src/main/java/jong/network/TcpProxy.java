package jong.network;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * Passes connections on, byte by byte, where the kernel cannot: from IPv6 to a sandbox that has
 * IPv4 alone. One virtual thread for each direction of a connection. It ends when its listening
 * socket is closed; connections live on until one side ends them.
 */
final class TcpProxy {
    private static final int BUFFER_BYTES = 8 * 1024;
    private static final long PAUSE_MILLIS = 100;

    private final ServerSocketChannel listening;
    private final Map<Family, InetSocketAddress> targets;
    private final Semaphore places;

    private TcpProxy(
            ServerSocketChannel listening,
            Map<Family, InetSocketAddress> targets,
            Semaphore places) {
        this.listening = listening;
        this.targets = Map.copyOf(targets);
        this.places = places;
    }

    /**
     * Begins to accept from clients of some families; others are sent away.
     *
     * @param targets where those of each family are passed on to
     * @param places for the connections of all proxies; without one a client is sent away
     */
    static void start(
            ServerSocketChannel listening,
            Map<Family, InetSocketAddress> targets,
            Semaphore places) {
        var proxy = new TcpProxy(listening, targets, places);
        Thread.ofVirtual().name("proxy " + targets.values()).start(proxy::accept);
    }

    private void accept() {
        while (listening.isOpen()) {
            try {
                accept(listening.accept());
            } catch (IOException e) {
                pause(); // Closed, which ends the loop; or no descriptor is free.
            }
        }
    }

    private void accept(SocketChannel client) throws IOException {
        var target = target(client);
        if (target != null && places.tryAcquire()) {
            Thread.ofVirtual().start(() -> serve(client, target));
        } else {
            client.close();
        }
    }

    private @Nullable InetSocketAddress target(SocketChannel client) {
        try {
            return client.getRemoteAddress() instanceof InetSocketAddress from
                    ? targets.get(Family.of(from.getAddress()))
                    : null;
        } catch (IOException e) {
            return null; // It has gone already.
        }
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void serve(SocketChannel client, InetSocketAddress target) {
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
