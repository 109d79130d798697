package jong.engine.containers;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.atomic.AtomicBoolean;
import jong.http.Hijacked;
import jong.manager.tasks.Attachment;
import org.jspecify.annotations.Nullable;

/**
 * Joins a client's hijacked connection with a process's stdio until one of them ends.
 *
 * <p>The caller's thread moves the output; a virtual thread moves the input.
 */
public final class AttachedClient {

    private final Hijacked client;
    private final Attachment process;
    private final boolean terminal;
    private final boolean stdin;
    private final AtomicBoolean detached = new AtomicBoolean();

    /** Guarded by this object's monitor, like {@link #readsInput}. */
    private boolean gone;

    private boolean readsInput;

    /**
     * Joins them as soon as {@link #run} is called.
     *
     * @param stdin whether the client's bytes go to the process
     */
    public AttachedClient(Hijacked client, Attachment process, boolean terminal, boolean stdin) {
        this.client = client;
        this.process = process;
        this.terminal = terminal;
        this.stdin = stdin;
        this.readsInput = stdin;
    }

    /**
     * Moves bytes until the process's output ends, the client goes away or detaches.
     *
     * @param keys by which the client detaches; null if it cannot
     * @param atEnd runs when the output has ended, before the client sees that
     * @return whether it detached by the keys
     */
    public boolean run(@Nullable DetachKeys keys, Runnable atEnd) throws IOException {
        if (stdin) {
            Thread.ofVirtual().name("attached input").start(() -> input(keys));
        }
        try (InputStream frames = process.frames();
                OutputStream output = client.output()) {
            if (terminal) {
                StreamCopy.payloads(frames, output);
            } else {
                StreamCopy.frames(frames, output);
            }
            if (!detached.get()) {
                atEnd.run();
            }
        } catch (IOException _) {
            // The client is gone, or this end closed the connection after the detach keys.
        } finally {
            process.close();
            client.close();
        }
        return detached.get();
    }

    /**
     * The client's connection is lost: what it sent before still goes to the process, then the
     * process is let go.
     */
    public synchronized void clientIsGone() {
        gone = true;
        if (!readsInput) {
            process.close();
        }
    }

    private synchronized void inputEnded() {
        readsInput = false;
        if (gone) {
            process.close();
        }
    }

    private void input(@Nullable DetachKeys keys) {
        byte[] buffer = new byte[16 << 10];
        try {
            InputStream from = client.input();
            OutputStream to = process.stdin();
            int read;
            while ((read = from.read(buffer)) >= 0) {
                if (keys == null) {
                    to.write(buffer, 0, read);
                    continue;
                }
                to.write(keys.filter(buffer, read));
                if (keys.detached()) {
                    detached.set(true);
                    process.close();
                    return;
                }
            }
            process.closeStdin();
        } catch (IOException _) {
            // The process has ended, or the client is gone: the output's side finds out as well.
        } finally {
            inputEnded();
        }
    }
}
