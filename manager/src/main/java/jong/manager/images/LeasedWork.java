package jong.manager.images;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.util.Map;
import jong.manager.gc.GarbageCollector;
import jong.manager.leases.Lease;
import jong.manager.leases.Leases;
import jong.oci.content.StorageException;
import jong.wire.status.StatusException;

/**
 * Work of several steps under a lease, which it holds from its first step to its last. Work that
 * fails leaves nothing, but if it was only cut short it can go on later with what it recorded.
 */
final class LeasedWork {

    private static final String WORK = "jong/work";
    private static final String SUBJECT = "jong/subject";

    private final Leases leases;
    private final GarbageCollector collector;
    private final HeapReturn heap = new HeapReturn();

    LeasedWork(Leases leases, GarbageCollector collector) {
        this.leases = leases;
        this.collector = collector;
    }

    /** The work itself. */
    interface Work<T> {
        T run(Lease lease) throws IOException, InterruptedException;
    }

    /**
     * Runs work.
     *
     * @param kind what it does
     * @param subject what it does that with: the same work, asked for again, goes on
     */
    <T> T run(String kind, String subject, Work<T> work) throws IOException, InterruptedException {
        Lease lease = leases.begin(Map.of(WORK, kind, SUBJECT, subject));
        T result;
        try {
            result = work.run(lease);
        } catch (IOException | InterruptedException | RuntimeException | Error e) {
            end(lease, e);
            throw e;
        } finally {
            heap.workEnded();
        }
        lease.close();
        // What came may not all be needed: files of an archive, another manifest of an image that
        // is here, what an earlier attempt had fetched.
        collector.collectSoon();
        return result;
    }

    /** Like {@link #run}, for work that no other thread ever interrupts. */
    <T> T runUninterrupted(String kind, Work<T> work) throws IOException {
        try {
            return run(kind, "", work);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
    }

    private void end(Lease lease, Throwable failure) {
        if (wasCutShort(failure)) {
            lease.leave();
        } else {
            lease.close();
        }
        try {
            collector.collect();
        } catch (IOException | RuntimeException e) {
            failure.addSuppressed(e);
        }
    }

    /** Whether trying again later may succeed: the connection broke, or the client went away. */
    private static boolean wasCutShort(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof StorageException) {
                return false;
            }
            if (cause instanceof InterruptedException
                    || cause instanceof InterruptedIOException
                    || cause instanceof ClosedByInterruptException) {
                return true;
            }
        }
        return failure instanceof StatusException.Unavailable
                || failure instanceof UncheckedIOException
                || (failure instanceof IOException && !isDiskTrouble(failure));
    }

    /** What was unpacked did not fit: keeping it would keep the disk full. */
    private static boolean isDiskTrouble(Throwable failure) {
        String message = String.valueOf(failure.getMessage());
        return message.contains("No space left on device")
                || message.contains("Disk quota exceeded")
                || message.startsWith(LayerUnpacking.FAILED);
    }
}
