package jong.manager.gc;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.ReentrantLock;
import jong.manager.leases.Leases;
import jong.manager.leases.Resource;
import jong.manager.snapshots.Snapshotter;
import jong.oci.content.ContentStore;
import jong.wire.status.StatusException;
import org.jspecify.annotations.Nullable;

/**
 * Removes content, ingests and snapshots that nothing refers to: neither images nor containers nor
 * leases (containerd's garbage collection: mark from the roots, sweep the rest).
 *
 * <p>It runs beside pulls and whatever else adds things: {@link Leases} keeps what is in flight. A
 * collection is safe to be cut short at any point; the next one takes the rest.
 */
public final class GarbageCollector implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(GarbageCollector.class.getName());

    private static final String FAILED = "cannot collect garbage: ";

    private final ContentStore content;
    private final Snapshotter snapshots;
    private final Leases leases;
    private final Roots roots;

    /** Held during a collection: there is one at a time. */
    private final ReentrantLock turn = new ReentrantLock();

    /** Guards the fields below. */
    private final ReentrantLock lock = new ReentrantLock();

    /** The collection under way. */
    private @Nullable CompletableFuture<Void> running;

    /** The one after it, which all wait for who asked since it began. */
    private @Nullable CompletableFuture<Void> next;

    /** A collector that has nothing to do yet. */
    public GarbageCollector(
            ContentStore content, Snapshotter snapshots, Leases leases, Roots roots) {
        this.content = content;
        this.snapshots = snapshots;
        this.leases = leases;
        this.roots = roots;
    }

    /**
     * Collects; when this returns, a collection has ended that began after the call. Leases that
     * have expired end first. It has a thread of its own, so that neither a virtual thread waits in
     * the kernel nor an interrupted one fails to clean up.
     */
    public void collect() throws IOException {
        try {
            request().join();
        } catch (CompletionException e) {
            switch (e.getCause()) {
                case IOException cause -> throw new IOException(cause.getMessage(), cause);
                case UncheckedIOException cause -> throw cause;
                case StatusException cause -> throw cause;
                case Error cause -> throw cause;
                case null, default -> throw e;
            }
        }
    }

    /**
     * As {@link #collect}, for who has done what was asked for: a failure is told to the log, and
     * the next collection tries again.
     */
    public void collectAfterwards() {
        try {
            collect();
        } catch (IOException | RuntimeException e) {
            LOG.log(Level.WARNING, FAILED + e.getMessage());
        }
    }

    /** Has a collection begin, now or after the one under way, without waiting for its end. */
    public void collectSoon() {
        var _ =
                request()
                        .exceptionally(e -> {
                            LOG.log(Level.WARNING, FAILED + e.getMessage());
                            return null;
                        });
    }

    /** Waits for collections under way; none may be asked for any more. */
    @Override
    public void close() {
        CompletableFuture<Void> last = last();
        if (last != null) {
            last.handle((_, _) -> true).join();
        }
    }

    private @Nullable CompletableFuture<Void> last() {
        lock.lock();
        try {
            return next == null ? running : next;
        } finally {
            lock.unlock();
        }
    }

    /** What a collection would remove now, without removing it; waits for one under way. */
    public List<Resource> garbage() throws IOException {
        turn.lock();
        try {
            return new Collection(content, snapshots, leases, roots).garbage();
        } finally {
            turn.unlock();
        }
    }

    private CompletableFuture<Void> request() {
        lock.lock();
        try {
            if (running == null) {
                var first = new CompletableFuture<Void>();
                running = first;
                Thread.ofPlatform().daemon().name("collection").start(() -> runAll(first));
                return first;
            }
            if (next == null) {
                next = new CompletableFuture<>();
            }
            return next;
        } finally {
            lock.unlock();
        }
    }

    /** Runs a collection and those that were asked for meanwhile. */
    private void runAll(CompletableFuture<Void> first) {
        for (CompletableFuture<Void> current = first; current != null; current = proceed()) {
            turn.lock();
            try {
                leases.expire();
                new Collection(content, snapshots, leases, roots).run();
                current.complete(null);
            } catch (Throwable e) { // Whoever asked waits for an answer, and the next may do.
                current.completeExceptionally(e);
            } finally {
                turn.unlock();
            }
        }
    }

    private @Nullable CompletableFuture<Void> proceed() {
        lock.lock();
        try {
            running = next;
            next = null;
            return running;
        } finally {
            lock.unlock();
        }
    }
}
