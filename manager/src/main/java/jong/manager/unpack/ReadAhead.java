package jong.manager.unpack;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Reads a stream on a thread of its own, a few buffers ahead, so that decompressing and what is
 * done with the bytes each have a processor. A platform thread: inflating would hold the carrier of
 * a virtual one. The buffers go round, so that a stream of any length needs no more of the heap.
 */
final class ReadAhead extends InputStream {

    private static final int CHUNK_BYTES = 256 * 1024;
    private static final int CHUNKS = 4;

    private final InputStream source;

    /** What was read, in order; at the end of the stream a buffer without bytes. */
    private final BlockingQueue<ByteBuffer> filled = new ArrayBlockingQueue<>(CHUNKS);

    private final BlockingQueue<ByteBuffer> empty = new ArrayBlockingQueue<>(CHUNKS);
    private final Thread reader;

    /** Why the reader ended; written before the last chunk is queued. */
    private volatile @Nullable Throwable failure;

    private ByteBuffer current = ByteBuffer.allocate(0);
    private boolean ended;

    /** Starts to read; closing this closes the source. */
    ReadAhead(InputStream source) {
        this.source = source;
        for (int i = 0; i < CHUNKS; i++) {
            empty.add(ByteBuffer.allocate(CHUNK_BYTES));
        }
        this.reader = Thread.ofPlatform().daemon().name("read-ahead").start(this::run);
    }

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

    @Override
    public void close() throws IOException {
        reader.interrupt();
        boolean interrupted = false;
        while (reader.isAlive()) {
            try {
                reader.join();
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        source.close();
    }

    private void run() {
        try {
            int length;
            do {
                ByteBuffer buffer = empty.take().clear();
                length = readInto(buffer);
                // There is room for every buffer: this does not wait.
                filled.add(buffer.limit(length));
            } while (length > 0);
        } catch (InterruptedException _) {
            return; // Closed: nobody reads any more.
        }
    }

    /** How many bytes came: none at the end, and after a failure. */
    private int readInto(ByteBuffer buffer) {
        try {
            return source.readNBytes(buffer.array(), buffer.arrayOffset(), CHUNK_BYTES);
        } catch (IOException | RuntimeException | Error e) {
            failure = e;
            return 0;
        }
    }

    /** Makes sure that there is a byte at hand; false at the end. */
    private boolean fill() throws IOException {
        if (current.hasRemaining()) {
            return true;
        }
        if (!ended) {
            if (current.capacity() > 0) {
                empty.add(current);
            }
            current = take();
            ended = !current.hasRemaining();
        }
        Throwable reason = failure;
        if (ended && reason != null) {
            throw new IOException(text(reason), reason);
        }
        return !ended;
    }

    /** Not all decompressors say what is wrong. */
    private static String text(Throwable reason) {
        if (reason instanceof EOFException) {
            return "unexpected EOF";
        }
        String text = reason.getMessage();
        return text == null ? reason.toString() : text;
    }

    private ByteBuffer take() throws InterruptedIOException {
        try {
            return filled.take();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while reading ahead");
        }
    }
}
