package jong.registry;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import jong.oci.content.StorageException;
import jong.wire.status.StatusException;

/** Tries the transfer of a blob again after trouble on the way, with docker's waits. */
final class Retries {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private final int attempts;
    private final Duration step;
    private final BlobListener listener;

    /**
     * For one blob.
     *
     * @param attempts how often it is tried in all
     * @param step the first wait; each further one is longer by as much
     */
    Retries(int attempts, Duration step, BlobListener listener) {
        this.attempts = attempts;
        this.step = step;
        this.listener = listener;
    }

    /** One attempt. */
    interface Attempt<T> {
        T run() throws IOException, InterruptedException;
    }

    /** The first success, or the failure of the last attempt. A refusal is final at once. */
    <T> T run(Attempt<T> attempt) throws IOException, InterruptedException {
        for (int number = 1; ; number++) {
            try {
                return attempt.run();
            } catch (IOException | StatusException.Unavailable e) {
                if (number >= attempts || isFinal(e) || Thread.currentThread().isInterrupted()) {
                    throw e;
                }
                await(step.multipliedBy(number));
            }
        }
    }

    /** Disk trouble is not the registry's, and who interrupts wants no further attempt. */
    private static boolean isFinal(Exception e) {
        return e instanceof StorageException
                || e instanceof InterruptedIOException
                || e.getCause() instanceof InterruptedException;
    }

    private void await(Duration wait) throws InterruptedException {
        Duration left = wait;
        while (left.isPositive()) {
            listener.retrying((int) left.plusMillis(999).toSeconds());
            Duration pause = left.compareTo(SECOND) < 0 ? left : SECOND;
            Thread.sleep(pause);
            left = left.minus(pause);
        }
    }
}
