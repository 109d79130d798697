package jong.registry;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

/**
 * Ends a download through which nothing comes any more: the JDK's client waits for ever for the
 * bytes of a body.
 */
final class StallGuard implements AutoCloseable {

    private final InputStream body;
    private final Duration patience;
    private final Thread watcher;
    private volatile long lastNanos = System.nanoTime();
    private volatile boolean stalled;

    /**
     * Watches from now on.
     *
     * @param body is closed when nothing has come for so long, so that its reader fails
     */
    StallGuard(InputStream body, Duration patience) {
        this.body = body;
        this.patience = patience;
        this.watcher = Thread.ofVirtual().name("stall-guard").start(this::watch);
    }

    /** Bytes have come. */
    void alive() {
        lastNanos = System.nanoTime();
    }

    /** Whether the body was closed for coming to a stop. */
    boolean stalled() {
        return stalled;
    }

    @Override
    public void close() {
        watcher.interrupt();
    }

    private void watch() {
        try {
            while (true) {
                Duration idle = Duration.ofNanos(System.nanoTime() - lastNanos);
                if (idle.compareTo(patience) >= 0) {
                    stalled = true;
                    body.close();
                    return;
                }
                Thread.sleep(patience.minus(idle));
            }
        } catch (InterruptedException _) {
            // The download has ended.
        } catch (IOException _) {
            // It is closed all the same.
        }
    }
}
