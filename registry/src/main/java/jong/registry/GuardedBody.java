package jong.registry;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The body of an answer, whose reader fails when nothing comes any more: the JDK's client waits for
 * ever for the bytes of a body. Only what the reader waits counts, not what it does in between. For
 * one reader; another thread may close it.
 */
public final class GuardedBody extends FilterInputStream {

    private final Duration patience;
    private @Nullable Thread watcher;
    private volatile boolean waiting;
    private volatile long sinceNanos;
    private volatile boolean stalled;

    /**
     * Watches from the first read on.
     *
     * @param patience how long a read may last
     */
    public GuardedBody(InputStream body, Duration patience) {
        super(body);
        this.patience = patience;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int start, int length) throws IOException {
        sinceNanos = System.nanoTime();
        waiting = true;
        if (watcher == null) {
            watcher = Thread.ofVirtual().name("body-guard").start(this::watch);
        }
        try {
            int count = super.read(target, start, length);
            if (count < 0) {
                watcher.interrupt();
            }
            return count;
        } catch (IOException e) {
            throw stalled
                    ? new IOException("nothing came for " + patience.toMillis() + " ms", e)
                    : e;
        } finally {
            waiting = false;
        }
    }

    @Override
    public void close() throws IOException {
        if (watcher != null) {
            watcher.interrupt();
        }
        super.close();
    }

    private void watch() {
        try {
            while (true) {
                Duration waited =
                        waiting ? Duration.ofNanos(System.nanoTime() - sinceNanos) : Duration.ZERO;
                if (waited.compareTo(patience) >= 0) {
                    stalled = true;
                    in.close();
                    return;
                }
                Thread.sleep(patience.minus(waited));
            }
        } catch (InterruptedException _) {
            // The body has ended, or nobody reads it any more.
        } catch (IOException _) {
            // It is closed all the same.
        }
    }
}
