package jong.http;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Bytes that the event loop hands to a blocking reader: a request's body, or the input of a
 * hijacked connection.
 *
 * <p>The queue is bounded by the event loop's manners: it asks the socket for more only while
 * {@link #hasRoom}, and the reader calls {@code onRoom} when there is room again. All state is
 * under one lock.
 */
final class InboundBytes extends InputStream {

    /**
     * Queued bytes from which on the socket is left alone: enough that the reader and the event
     * loop seldom wait for each other.
     */
    private static final int HIGH = 512 << 10;

    private static final int LOW = HIGH / 2;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<ByteBuf> queue = new ArrayDeque<>();
    private final Runnable onFirstRead;
    private final Runnable onRoom;

    private int queued;
    private boolean paused;
    private boolean ended;
    private boolean closed;
    private boolean readBefore;
    private @Nullable IOException failure;

    /**
     * Makes an empty queue.
     *
     * @param onFirstRead run by the reader before it waits for the first time
     * @param onRoom run by the reader when the event loop may ask for more again
     */
    InboundBytes(Runnable onFirstRead, Runnable onRoom) {
        this.onFirstRead = onFirstRead;
        this.onRoom = onRoom;
    }

    /** Takes over {@code bytes} and their reference count. */
    void offer(ByteBuf bytes) {
        lock.lock();
        try {
            if (closed || ended || !bytes.isReadable()) {
                bytes.release();
                return;
            }
            queue.add(bytes);
            queued += bytes.readableBytes();
            paused = queued >= HIGH;
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    boolean hasRoom() {
        lock.lock();
        try {
            return closed || !paused;
        } finally {
            lock.unlock();
        }
    }

    /** No more bytes will come. */
    void end() {
        finish(null);
    }

    /** Whether all bytes have come. */
    boolean hasEnded() {
        lock.lock();
        try {
            return ended;
        } finally {
            lock.unlock();
        }
    }

    /** The bytes were cut short: the reader gets what is queued, then {@code reason}. */
    void fail(IOException reason) {
        finish(reason);
    }

    private void finish(@Nullable IOException reason) {
        lock.lock();
        try {
            if (!ended) {
                ended = true;
                failure = reason;
                changed.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, target.length);
        if (length == 0) {
            return 0;
        }
        announceFirstRead();
        boolean room;
        int count;
        lock.lock();
        try {
            awaitBytes();
            ByteBuf first = queue.peek();
            if (first == null) {
                if (failure != null) {
                    throw new BrokenRequestException(failure);
                }
                return -1;
            }
            count = Math.min(length, first.readableBytes());
            first.readBytes(target, offset, count);
            if (!first.isReadable()) {
                queue.remove().release();
            }
            queued -= count;
            room = paused && queued <= LOW;
            paused &= !room;
        } finally {
            lock.unlock();
        }
        if (room) {
            onRoom.run();
        }
        return count;
    }

    private void announceFirstRead() {
        lock.lock();
        try {
            if (readBefore) {
                return;
            }
            readBefore = true;
        } finally {
            lock.unlock();
        }
        onFirstRead.run();
    }

    private void awaitBytes() throws IOException {
        try {
            while (queue.isEmpty() && !ended && !closed) {
                changed.await();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for the client");
        }
        if (closed) {
            throw new IOException("the stream is closed");
        }
    }

    @Override
    public int available() {
        lock.lock();
        try {
            return queued;
        } finally {
            lock.unlock();
        }
    }

    /** Drops what is queued and whatever still comes. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            paused = false;
            queued = 0;
            queue.forEach(ByteBuf::release);
            queue.clear();
            changed.signal();
        } finally {
            lock.unlock();
        }
        onRoom.run();
    }
}
