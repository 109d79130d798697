package jong.runtime.cgroups;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.locks.LockSupport;

/** Waits for what the kernel gives no event for, with pauses from 50 µs to 10 ms, 5 s at most. */
final class Polling {

    private static final long FIRST_PAUSE_NANOS = 50_000;
    private static final long LONGEST_PAUSE_NANOS = 10_000_000;
    private static final long PATIENCE_NANOS = 5_000_000_000L;

    private Polling() {}

    /** A question to the kernel. */
    interface Attempt {
        boolean succeeds() throws IOException;
    }

    /** What was waited for did not come. */
    static final class TimeoutException extends IOException {
        private static final long serialVersionUID = 1L;

        TimeoutException(String what) {
            super(what + ": gave up after 5 s");
        }
    }

    /**
     * Tries until it succeeds.
     *
     * @throws TimeoutException if it does not within 5 seconds
     */
    static void until(String what, Attempt attempt) throws IOException {
        long end = System.nanoTime() + PATIENCE_NANOS;
        for (long pause = FIRST_PAUSE_NANOS; !attempt.succeeds(); pause = longer(pause)) {
            if (System.nanoTime() > end) {
                throw new TimeoutException(what);
            }
            LockSupport.parkNanos(pause);
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedIOException(what);
            }
        }
    }

    private static long longer(long pause) {
        return Math.min(2 * pause, LONGEST_PAUSE_NANOS);
    }
}
