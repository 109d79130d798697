package jong.network;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import jong.linux.Errno;
import jong.linux.ErrnoException;
import jong.linux.netlink.RouteRequest;
import jong.linux.netlink.RouteSocket;

/**
 * Deletes veths behind the caller's back, on one platform thread: the kernel takes up to 26 ms for
 * each, most of it waiting for a grace period. Until one is gone, its address answers to nobody
 * reliably, so the next who gets the address {@linkplain #await waits}. What is left undone when
 * the engine is killed, {@link SandboxNetwork#sweep} finds.
 */
final class Removals implements AutoCloseable {
    private static final Logger LOG = System.getLogger(Removals.class.getName());

    private final RouteSocket routes;
    private final ExecutorService thread =
            Executors.newSingleThreadExecutor(
                    Thread.ofPlatform().daemon().name("interface-removal").factory());
    private final Map<InetAddress, CompletableFuture<Void>> pending = new ConcurrentHashMap<>();

    /** Opens a socket of its own: on one shared with others, these would wait for each deletion. */
    Removals() throws ErrnoException {
        routes = new RouteSocket();
    }

    /** Has an endpoint's interfaces deleted soon. */
    void delete(Endpoint endpoint, List<String> interfaces) {
        var done = new CompletableFuture<Void>();
        endpoint.addresses().forEach(own -> pending.put(own.address(), done));
        thread.execute(() -> {
            interfaces.forEach(this::deleteNow);
            endpoint.addresses().forEach(own -> pending.remove(own.address(), done));
            done.complete(null);
        });
    }

    /** Waits until the interfaces that last had an endpoint's addresses are gone. */
    void await(Endpoint endpoint) {
        for (var own : endpoint.addresses()) {
            var removal = pending.get(own.address());
            if (removal != null) {
                removal.join();
            }
        }
    }

    /** Waits for all that were asked for. */
    void awaitAll() {
        pending.values().forEach(CompletableFuture::join);
    }

    /** Deletes an interface; one that is gone already, with its namespace, is no error. */
    static void delete(RouteSocket routes, String link) throws ErrnoException {
        try {
            routes.execute(RouteRequest.deleteLink(link));
        } catch (ErrnoException e) {
            if (e.errno() != Errno.ENODEV) {
                throw e;
            }
        }
    }

    private void deleteNow(String link) {
        try {
            delete(routes, link);
        } catch (ErrnoException e) {
            LOG.log(Level.WARNING, "an interface is left behind: " + e.getMessage(), e);
        }
    }

    /** Finishes what was asked for, and ends the thread. */
    @Override
    public void close() {
        thread.close();
        routes.close();
    }
}
