package jong.network;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Passes datagrams on where the kernel cannot, and the answers back: each client gets a socket of
 * its own towards the sandbox, closed when it has brought no answer for a while.
 *
 * <p>One thread serves all ports and clients with one buffer, in the network namespace of the
 * thread that makes this object: there may be thousands of both, and most are silent.
 */
final class UdpProxy implements AutoCloseable {
    private static final Logger LOG = System.getLogger(UdpProxy.class.getName());
    private static final int LARGEST_DATAGRAM = 65535;
    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(90); // As docker-proxy.
    private static final long BETWEEN_SWEEPS_MILLIS = 10_000;

    /** Datagrams that one socket may bring before it is the next one's turn. */
    private static final int MOST_AT_ONCE = 64;

    private final Semaphore places;
    private final Selector selector;
    private final Thread thread;
    private final Queue<Closing> closing = new ConcurrentLinkedQueue<>();
    // Of the thread alone.
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(LARGEST_DATAGRAM);
    private long sweptNanos = System.nanoTime();

    /** Who reads what comes to a socket. */
    private sealed interface Reader {}

    /** A port of the host, with the clients that it has. */
    private record Port(
            DatagramChannel listening,
            Map<Family, InetSocketAddress> targets,
            Map<SocketAddress, Client> clients)
            implements Reader {}

    /** Who has sent something to a port. */
    private static final class Client implements Reader {
        private final Port port;
        private final SocketAddress address;
        private final DatagramChannel server;
        private long answeredNanos = System.nanoTime();

        Client(Port port, SocketAddress address, DatagramChannel server) {
            this.port = port;
            this.address = address;
            this.server = server;
        }
    }

    /** A port that is to be closed, and who waits for it. */
    private record Closing(Port port, CountDownLatch closed) {}

    /**
     * Begins with no port.
     *
     * @param places for the clients of all ports; what one without sends is dropped
     */
    UdpProxy(Semaphore places) throws IOException {
        this.places = places;
        selector = Selector.open();
        thread = Thread.ofPlatform().daemon().name("udp proxy").unstarted(this::run);
        thread.start();
    }

    /**
     * Begins to receive from clients of some families; what others send is dropped.
     *
     * @param targets where that of each family is passed on to
     */
    void serve(DatagramChannel listening, Map<Family, InetSocketAddress> targets) {
        var port = new Port(listening, Map.copyOf(targets), new HashMap<>());
        try {
            listening.configureBlocking(false);
            listening.register(selector, SelectionKey.OP_READ, port);
        } catch (IOException e) {
            throw new IllegalStateException("the socket of a port is closed while it is served", e);
        }
        selector.wakeup();
    }

    /** Closes a port's socket, served or not: another may be bound once this returns. */
    void close(DatagramChannel listening) throws IOException {
        SelectionKey key = listening.keyFor(selector);
        listening.close();
        if (key == null || !(key.attachment() instanceof Port port)) {
            return;
        }
        // The kernel's socket is closed by the selector, when it no longer waits for it.
        var closed = new CountDownLatch(1);
        closing.add(new Closing(port, closed));
        selector.wakeup();
        try {
            while (thread.isAlive() && !closed.await(1, TimeUnit.SECONDS)) {
                selector.wakeup();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            while (selector.isOpen()) {
                pass();
            }
        } catch (ClosedSelectorException _) {
            return;
        } catch (IOException e) {
            throw new IllegalStateException("wait for datagrams", e);
        }
    }

    private void pass() throws IOException {
        List<Closing> closed = new ArrayList<>();
        for (Closing one = closing.poll(); one != null; one = closing.poll()) {
            one.port.clients.values().forEach(this::end);
            one.port.clients.clear();
            closed.add(one);
        }
        if (closed.isEmpty()) {
            selector.select(this::read, BETWEEN_SWEEPS_MILLIS);
        } else {
            selector.selectNow(this::read);
        }
        closed.forEach(one -> one.closed.countDown());
        long now = System.nanoTime();
        if (now - sweptNanos >= TimeUnit.MILLISECONDS.toNanos(BETWEEN_SWEEPS_MILLIS)) {
            sweptNanos = now;
            selector.keys().forEach(key -> endIfIdle(key, now));
        }
    }

    private void read(SelectionKey key) {
        try {
            switch ((Reader) key.attachment()) {
                case Port port -> receive(port);
                case Client client -> answer(client);
            }
        } catch (RuntimeException e) {
            // Others are served on.
            LOG.log(Level.WARNING, "a datagram of a published port is lost", e);
        }
    }

    private void receive(Port port) {
        try {
            for (int i = 0; i < MOST_AT_ONCE; i++) {
                var client = port.listening.receive(buffer.clear());
                if (client == null) {
                    return;
                }
                if (client instanceof InetSocketAddress from) {
                    forward(port, from);
                }
            }
        } catch (IOException _) {
            // Closed meanwhile; or a datagram that could not be sent, which is lost.
            return;
        }
    }

    private void forward(Port port, InetSocketAddress address) throws IOException {
        var client = port.clients.get(address);
        var target = port.targets.get(Family.of(address.getAddress()));
        if (client == null) {
            if (target == null || !places.tryAcquire()) {
                return;
            }
            client = begin(port, address, target);
        }
        client.server.write(buffer.flip());
    }

    /** With a place, which it gives back if it fails. */
    private Client begin(Port port, SocketAddress address, SocketAddress target)
            throws IOException {
        DatagramChannel server;
        try {
            server = DatagramChannel.open();
        } catch (IOException e) {
            places.release();
            throw e;
        }
        var client = new Client(port, address, server);
        try {
            server.connect(target).configureBlocking(false);
            server.register(selector, SelectionKey.OP_READ, client);
            port.clients.put(address, client);
            return client;
        } catch (IOException e) {
            end(client);
            throw e;
        }
    }

    private void answer(Client client) {
        try {
            for (int i = 0; i < MOST_AT_ONCE; i++) {
                if (client.server.receive(buffer.clear()) == null) {
                    return;
                }
                client.answeredNanos = System.nanoTime();
                client.port.listening.send(buffer.flip(), client.address);
            }
        } catch (IOException _) {
            // Refused or closed: the client's next datagram begins anew.
            if (client.port.clients.remove(client.address, client)) {
                end(client);
            }
        }
    }

    private void endIfIdle(SelectionKey key, long now) {
        if (key.attachment() instanceof Client client
                && now - client.answeredNanos >= IDLE_NANOS
                && client.port.clients.remove(client.address, client)) {
            end(client);
        }
    }

    private void end(Client client) {
        places.release();
        try {
            client.server.close();
        } catch (IOException e) {
            throw new IllegalStateException("close of a socket", e);
        }
    }

    /** Ends the thread; sockets of ports stay bound, and nothing is passed on any more. */
    @Override
    public void close() throws IOException {
        selector.close();
    }
}
