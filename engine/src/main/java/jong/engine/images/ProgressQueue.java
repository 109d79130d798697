package jong.engine.images;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.LinkedHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import jong.wire.json.Json;
import jong.wire.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * Texts on their way to a client, written by a thread of their own: whoever adds one never waits
 * for the client, as that one may hold what others wait for. A client that is behind misses counts
 * of bytes that newer ones have overtaken, and nothing else.
 */
final class ProgressQueue {

    private final OutputStream out;
    private final Thread writer;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    /** What waits, in order, by what would overtake it; guarded by the lock like all below. */
    private final LinkedHashMap<Object, JsonObject> waiting = new LinkedHashMap<>();

    private boolean ended;
    private @Nullable IOException failure;

    /**
     * Begins to write.
     *
     * @param out may block; nobody else uses it until {@link #end} has returned
     */
    ProgressQueue(OutputStream out) {
        this.out = out;
        this.writer = Thread.ofVirtual().name("progress").start(this::write);
    }

    /**
     * Adds a text that the client shall get.
     *
     * @throws IOException if it got none of those before any more
     */
    void add(JsonObject text) throws IOException {
        put(new Object(), text);
    }

    /** As {@link #add}, unless the next count of the same part comes before the client took it. */
    void addCount(String part, JsonObject text) throws IOException {
        put(part, text);
    }

    private void put(Object key, JsonObject text) throws IOException {
        lock.lock();
        try {
            if (failure != null) {
                throw new IOException(failure.getMessage(), failure);
            }
            waiting.remove(key); // The new one stands behind all that came meanwhile.
            waiting.put(key, text);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until the client has taken all, or is gone.
     *
     * @throws InterruptedIOException if whoever waits was interrupted; then nothing more is sent
     */
    void end() throws InterruptedIOException {
        lock.lock();
        try {
            ended = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        try {
            writer.join();
        } catch (InterruptedException _) {
            writer.interrupt();
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for the client");
        }
    }

    private void write() {
        try {
            for (JsonObject text = next(); text != null; text = next()) {
                out.write((Json.write(text) + "\r\n").getBytes(UTF_8));
            }
        } catch (IOException e) {
            lock.lock();
            try {
                failure = e;
                waiting.clear();
            } finally {
                lock.unlock();
            }
        } catch (InterruptedException _) {
            // Nobody waits for the rest.
        }
    }

    /** The first that waits, or null at the end. */
    private @Nullable JsonObject next() throws InterruptedException {
        lock.lock();
        try {
            while (waiting.isEmpty() && !ended) {
                changed.await();
            }
            var first = waiting.pollFirstEntry();
            return first == null ? null : first.getValue();
        } finally {
            lock.unlock();
        }
    }
}
