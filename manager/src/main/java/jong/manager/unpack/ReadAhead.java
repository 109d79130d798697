package jong.manager.unpack;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Reads a stream on a thread of its own, a few buffers ahead, so that decompressing and what is
 * done with the bytes each have a processor. A platform thread: inflating would hold the carrier of
 * a virtual one.
 */
final class ReadAhead extends InputStream {

    private static final int CHUNK_BYTES = 256 * 1024;
    private static final int CHUNKS = 4;

    /** What is queued after the last chunk; no other is empty. */
    private static final byte[] END = new byte[0];

    private final InputStream source;
    private final BlockingQueue<byte[]> chunks = new ArrayBlockingQueue<>(CHUNKS);
    private final Thread reader;

    /** Why the reader ended; written before {@link #END} is queued. */
    private volatile @Nullable Throwable failure;

    private byte[] current = new byte[0];
    private int position;
    private boolean ended;

    /** Starts to read; closing this closes the source. */
    ReadAhead(InputStream source) {
        this.source = source;
        this.reader = Thread.ofPlatform().daemon().name("read-ahead").start(this::run);
    }

    @Override
    public int read() throws IOException {
        return fill() ? current[position++] & 0xff : -1;
    }

    @Override
    public int read(byte[] target, int start, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (!fill()) {
            return -1;
        }
        int count = Math.min(length, current.length - position);
        System.arraycopy(current, position, target, start, count);
        position += count;
        return count;
    }

    @Override
    public void close() throws IOException {
        reader.interrupt();
        boolean interrupted = false;
        while (reader.isAlive()) {
            chunks.clear(); // Lets a reader that waits for room go on to its end.
            try {
                reader.join(java.time.Duration.ofMillis(10));
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
            boolean more = true;
            while (more && !Thread.currentThread().isInterrupted()) {
                byte[] chunk = new byte[CHUNK_BYTES];
                int length = source.readNBytes(chunk, 0, CHUNK_BYTES);
                more = length == CHUNK_BYTES;
                if (length > 0) {
                    chunks.put(more ? chunk : Arrays.copyOf(chunk, length));
                }
            }
        } catch (IOException | RuntimeException | Error e) {
            failure = e;
        } catch (InterruptedException _) {
            return; // Closed: nobody reads any more.
        }
        try {
            chunks.put(END);
        } catch (InterruptedException _) {
            return; // As above.
        }
    }

    /** Makes sure that there is a byte at hand; false at the end. */
    private boolean fill() throws IOException {
        if (position < current.length) {
            return true;
        }
        if (!ended) {
            current = take();
            position = 0;
            ended = current.length == 0;
        }
        if (ended && failure != null) {
            throw new IOException(failure.getMessage(), failure);
        }
        return !ended;
    }

    private byte[] take() throws InterruptedIOException {
        try {
            return chunks.take();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while reading ahead");
        }
    }
}
