package jong.network.names;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.Inet4Address;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

/**
 * The name servers of all sandboxes: in each, {@link #ADDRESS} answers on port 53.
 *
 * {@snippet :
 * try (var server = new NameServer()) {
 *     var table = new NameTable();
 *     table.put("endpoint1", List.of("web"), List.of(InetAddress.ofLiteral("172.18.0.2")));
 *     var networks = List.of(new NetworkNames("backend", table, Map.of()));
 *     var view = new SandboxView(networks, upstreams, false);
 *     server.open("box", Path.of("/proc/4711/ns/net"), view);
 * }
 * }
 *
 * <p>One thread reads what all sandboxes ask and answers what it knows; what has to be asked
 * elsewhere gets a virtual thread. For any thread.
 */
public final class NameServer implements AutoCloseable {
    /** Where sandboxes find it; Docker's. */
    public static final Inet4Address ADDRESS = Inet4Address.ofLiteral("127.0.0.11");

    private static final Logger LOG = System.getLogger(NameServer.class.getName());
    private static final int LARGEST_DATAGRAM = 0xffff;

    /** Queries of all sandboxes that are passed on: some 10 KiB each. */
    private static final int MOST_PASSED_ON = 8192;

    private final Selector selector;
    private final Semaphore places = new Semaphore(MOST_PASSED_ON);
    private final Map<String, SandboxServer> servers = new ConcurrentHashMap<>();

    /** Starts the thread. */
    public NameServer() throws IOException {
        selector = Selector.open();
        Thread.ofPlatform().daemon().name("names").start(this::run);
    }

    /**
     * Opens the name server of a sandbox, in place of one that it has.
     *
     * @param sandbox its id
     * @param namespace such as {@code /proc/PID/ns/net}
     * @throws IOException when the kernel refuses; nothing is left then
     */
    public void open(String sandbox, Path namespace, SandboxView view) throws IOException {
        close(sandbox);
        var server = SandboxServer.open(namespace, ADDRESS, view, places);
        try {
            server.register(selector);
        } catch (IOException e) {
            server.close();
            throw e;
        }
        servers.put(sandbox, server);
        selector.wakeup();
    }

    /** Whether a sandbox has a name server. */
    public boolean isOpen(String sandbox) {
        return servers.containsKey(sandbox);
    }

    /** What a sandbox knows from now on; one without a name server is no error. */
    public void update(String sandbox, SandboxView view) {
        var server = servers.get(sandbox);
        if (server != null) {
            server.view(view);
        }
    }

    /** Closes the name server of a sandbox; one without is no error. */
    public void close(String sandbox) {
        var server = servers.remove(sandbox);
        if (server == null) {
            return;
        }
        try {
            server.close();
        } catch (IOException e) {
            LOG.log(Level.WARNING, "cannot close the name server of " + sandbox, e);
        }
        selector.wakeup(); // It is the selector that lets go of the sockets.
    }

    /** Closes all; the rules inside stay, and lead nowhere until somebody opens them again. */
    @Override
    public void close() throws IOException {
        servers.keySet().forEach(this::close);
        selector.close();
    }

    private void run() {
        var buffer = ByteBuffer.allocateDirect(LARGEST_DATAGRAM);
        while (selector.isOpen()) {
            try {
                selector.select(key -> serve(key, buffer));
            } catch (ClosedSelectorException _) {
                return;
            } catch (IOException e) {
                LOG.log(Level.ERROR, "names cannot be served", e);
                return;
            }
        }
    }

    private static void serve(SelectionKey key, ByteBuffer buffer) {
        try {
            ((SandboxServer) key.attachment()).ready(key, buffer);
        } catch (CancelledKeyException _) {
            // Closed meanwhile.
            return;
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "a query is lost", e);
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "a query could not be answered", e);
        }
    }
}
