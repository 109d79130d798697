package jong.linux;

import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Platform threads for system calls that may wait: for a lock of the kernel, for a disk. On a
 * virtual thread such a call would hold its carrier, of which there are only as many as processors.
 *
 * <p>Threads are made as needed and end after a minute without work; callers wait for theirs, so
 * their number is bounded by that of the calls under way.
 */
public final class KernelThreads {
    private static final ExecutorService THREADS =
            Executors.newCachedThreadPool(
                    Thread.ofPlatform().daemon().name("kernel-", 0).factory());

    /** What makes the system calls. */
    @FunctionalInterface
    public interface Action<T extends @Nullable Object> {
        /** Makes them. */
        T run() throws IOException;
    }

    private KernelThreads() {}

    /**
     * Runs the action, at once when the caller is a platform thread, and waits for its end.
     *
     * @throws IOException whatever the action threw
     */
    public static <T extends @Nullable Object> T call(Action<T> action) throws IOException {
        if (!Thread.currentThread().isVirtual()) {
            return action.run();
        }
        try {
            return result(THREADS.submit(action::run));
        } catch (InterruptedException e) {
            // The kernel cannot be interrupted; the action goes on, its result is lost.
            Thread.currentThread().interrupt();
            throw new IOException("interrupted during a system call", e);
        }
    }

    /**
     * As {@link #call}, but an interrupt waits for the action's end too: for actions whose work the
     * caller undoes after a failure.
     */
    public static <T extends @Nullable Object> T callToItsEnd(Action<T> action) throws IOException {
        if (!Thread.currentThread().isVirtual()) {
            return action.run();
        }
        Future<T> result = THREADS.submit(action::run);
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return result(result);
                } catch (InterruptedException _) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static <T extends @Nullable Object> T result(Future<T> result)
            throws IOException, InterruptedException {
        try {
            return result.get();
        } catch (ExecutionException e) {
            throw switch (e.getCause()) {
                case IOException cause -> cause;
                case RuntimeException cause -> throw cause;
                case Error cause -> throw cause;
                case null, default -> new IOException(e.getCause());
            };
        }
    }
}
