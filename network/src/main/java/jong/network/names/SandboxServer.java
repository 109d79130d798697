package jong.network.names;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.concurrent.Semaphore;
import jong.linux.netlink.LinkChange;
import jong.linux.netlink.NetworkNamespace;
import jong.linux.netlink.RouteRequest;
import jong.linux.netlink.RouteSocket;

/**
 * The name server of one sandbox: its sockets, which keep the sandbox's network alive until they
 * are closed.
 */
final class SandboxServer implements AutoCloseable {
    private static final Logger LOG = System.getLogger(SandboxServer.class.getName());

    /** Messages that are read before others have their turn. */
    private static final int MOST_AT_ONCE = 64;

    private static final int MOST_CONNECTIONS = 256;
    private static final int LOOPBACK = 1; // The index of lo in every namespace.

    private final NetworkNamespace namespace;
    private final DatagramChannel datagrams;
    private final ServerSocketChannel connections;
    private final Forwarder forwarder;
    private final Semaphore free = new Semaphore(MOST_CONNECTIONS);
    private volatile SandboxView view;

    private record Sockets(DatagramChannel datagrams, ServerSocketChannel connections) {}

    private SandboxServer(
            NetworkNamespace namespace, Sockets sockets, SandboxView view, Semaphore places) {
        this.namespace = namespace;
        this.view = view;
        datagrams = sockets.datagrams;
        connections = sockets.connections;
        forwarder = new Forwarder(namespace, places);
    }

    /**
     * Opens the sockets inside, and leads port 53 to them.
     *
     * @param path of the namespace
     * @param places for the queries of all sandboxes that are passed on
     */
    static SandboxServer open(Path path, Inet4Address address, SandboxView view, Semaphore places)
            throws IOException {
        var namespace = NetworkNamespace.open(path);
        try {
            return new SandboxServer(
                    namespace, namespace.call(() -> sockets(address)), view, places);
        } catch (IOException e) {
            namespace.close();
            throw e;
        }
    }

    private static Sockets sockets(Inet4Address address) throws IOException {
        setLoopbackUp();
        var any = new InetSocketAddress(address, 0);
        var datagrams = DatagramChannel.open(StandardProtocolFamily.INET);
        try {
            datagrams.bind(any).configureBlocking(false);
            var connections = ServerSocketChannel.open(StandardProtocolFamily.INET);
            try {
                connections.bind(any).configureBlocking(false);
                Redirect.make(
                        address,
                        port(datagrams.getLocalAddress()),
                        port(connections.getLocalAddress()));
                return new Sockets(datagrams, connections);
            } catch (IOException e) {
                connections.close();
                throw e;
            }
        } catch (IOException e) {
            datagrams.close();
            throw e;
        }
    }

    /**
     * The sandbox's first process does this too, but maybe later; nothing could be bound before.
     */
    private static void setLoopbackUp() throws IOException {
        try (var routes = new RouteSocket()) {
            routes.execute(RouteRequest.change(LOOPBACK, new LinkChange().up()));
        }
    }

    private static int port(SocketAddress address) {
        return ((InetSocketAddress) address).getPort();
    }

    /** Has the selector tell when something arrives. */
    void register(Selector selector) throws ClosedChannelException {
        datagrams.register(selector, SelectionKey.OP_READ, this);
        connections.register(selector, SelectionKey.OP_ACCEPT, this);
    }

    void view(SandboxView next) {
        view = next;
    }

    /**
     * Takes what has arrived; on the selector's thread.
     *
     * @param buffer for one message, reused
     */
    void ready(SelectionKey key, ByteBuffer buffer) throws IOException {
        if (key.isAcceptable()) {
            accept();
            return;
        }
        for (int i = 0; i < MOST_AT_ONCE; i++) {
            buffer.clear();
            SocketAddress client = datagrams.receive(buffer);
            if (client == null) {
                return;
            }
            buffer.flip();
            var message = new byte[buffer.remaining()];
            buffer.get(message);
            serve(message, client);
        }
    }

    private void serve(byte[] message, SocketAddress client) {
        switch (Query.read(message)) {
            case Incoming.Ignored _ -> {}
            case Incoming.Rejected rejected -> send(Reply.to(rejected), client);
            case Query query -> {
                SandboxView now = view;
                Resolver.answer(now, query, query.limit())
                        .ifPresentOrElse(
                                answer -> send(answer, client),
                                () ->
                                        forwarder.forward(
                                                query,
                                                now.upstreams(),
                                                Exchange.UDP,
                                                answer -> send(answer, client)));
            }
        }
    }

    private void send(byte[] answer, SocketAddress client) {
        try {
            datagrams.send(ByteBuffer.wrap(answer), client);
        } catch (IOException e) {
            // The client asks again; or the sandbox has ended meanwhile.
            LOG.log(Level.DEBUG, "an answer to " + client + " is lost", e);
        }
    }

    private void accept() throws IOException {
        SocketChannel client = connections.accept();
        if (client == null) {
            return;
        }
        if (!free.tryAcquire()) {
            client.close();
            return;
        }
        Thread.ofVirtual()
                .name("name client")
                .start(() -> {
                    try {
                        new StreamClient(client, forwarder, () -> view).serve();
                    } finally {
                        free.release();
                    }
                });
    }

    @Override
    public void close() throws IOException {
        try (namespace;
                connections) {
            datagrams.close();
        }
    }
}
