package jong.manager.unpack;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Bytes on their way from one thread to another, in a few buffers that go round between them, so
 * that a stream of any length needs no more of the heap.
 */
public final class BufferRing {

    private final int bytes;

    /** What was filled, in order; at the end a buffer without bytes, for which there is room. */
    private final BlockingQueue<ByteBuffer> filled;

    private final BlockingQueue<ByteBuffer> empty;
    private final InputStream reader = new Reader();

    /** Why there is an end before all has come; written before the last buffer is queued. */
    private volatile @Nullable Failure failure;

    private record Failure(String message, Throwable cause) {}

    /**
     * A ring with nothing in it.
     *
     * @param buffers how many there are
     * @param bytes how large each is
     */
    public BufferRing(int buffers, int bytes) {
        this.bytes = bytes;
        this.filled = new ArrayBlockingQueue<>(buffers + 1);
        this.empty = new ArrayBlockingQueue<>(buffers + 1);
        for (int i = 0; i < buffers; i++) {
            empty.add(ByteBuffer.allocate(bytes));
        }
    }

    /** For the writer: waits for a buffer; one without room says that {@link #leave} was called. */
    public ByteBuffer take() throws InterruptedException {
        return empty.take().clear();
    }

    /** For the writer: hands a buffer of {@link #take} on, which has bytes up to its limit. */
    public void give(ByteBuffer buffer) {
        filled.add(buffer);
    }

    /** For the writer, once: no more bytes come. */
    public void end() {
        filled.add(ByteBuffer.allocate(0));
    }

    /** For the writer, once: no more bytes come, and the reader fails so after the last. */
    public void fail(String message, Throwable cause) {
        failure = new Failure(message, cause);
        end();
    }

    /** For the reader, once: no more bytes are wanted. */
    public void leave() {
        empty.add(ByteBuffer.allocate(0));
    }

    /** What comes, for one thread; its read waits, and fails where the writer did. */
    public InputStream reader() {
        return reader;
    }

    private final class Reader extends InputStream {

        private ByteBuffer current = ByteBuffer.allocate(0);
        private boolean ended;

        @Override
        public int read() throws IOException {
            return fill() ? current.get() & 0xff : -1;
        }

        @Override
        public int read(byte[] target, int start, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            if (!fill()) {
                return -1;
            }
            int count = Math.min(length, current.remaining());
            current.get(target, start, count);
            return count;
        }

        /** Makes sure that there is a byte at hand; false at the end. */
        private boolean fill() throws IOException {
            if (current.hasRemaining()) {
                return true;
            }
            if (!ended) {
                if (current.capacity() == bytes) {
                    empty.add(current);
                }
                current = next();
                ended = !current.hasRemaining();
            }
            Failure why = failure;
            if (ended && why != null) {
                throw new IOException(why.message(), why.cause());
            }
            return !ended;
        }

        private ByteBuffer next() throws InterruptedIOException {
            try {
                return filled.take();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted while waiting for bytes");
            }
        }
    }
}
