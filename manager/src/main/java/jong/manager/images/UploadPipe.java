package jong.manager.images;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import jong.oci.Digest;

/**
 * Content on its way from one thread, which makes it, to another, which sends it, and at its end
 * its digest. A few buffers go round between them, so that content of any length needs no more of
 * the heap. Who sends may leave: then the maker goes on alone.
 */
final class UploadPipe extends OutputStream {

    private static final int BUFFER_BYTES = 128 * 1024;
    private static final int BUFFERS = 8;

    /** What was written, in order; at the end a buffer without bytes, for which there is room. */
    private final BlockingQueue<ByteBuffer> filled = new ArrayBlockingQueue<>(BUFFERS + 1);

    private final BlockingQueue<ByteBuffer> empty = new ArrayBlockingQueue<>(BUFFERS + 1);
    private final CompletableFuture<Digest> digest = new CompletableFuture<>();
    private volatile boolean left;

    /** A pipe with nothing in it. */
    UploadPipe() {
        for (int i = 0; i < BUFFERS; i++) {
            empty.add(ByteBuffer.allocate(BUFFER_BYTES));
        }
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int start, int length) throws IOException {
        int end = start + length;
        for (int at = start; at < end && !left; ) {
            ByteBuffer buffer = take(empty).clear();
            if (left) {
                return;
            }
            int count = Math.min(BUFFER_BYTES, end - at);
            filled.add(buffer.put(bytes, at, count).flip());
            at += count;
        }
    }

    /** Tells that all was written. */
    void end(Digest whole) {
        digest.complete(whole);
        filled.add(ByteBuffer.allocate(0));
    }

    /** Tells that nothing more comes, although it is not all. */
    void fail(Exception cause) {
        if (digest.completeExceptionally(cause)) {
            filled.add(ByteBuffer.allocate(0));
        }
    }

    /** Says that nobody reads any more. */
    void leave() {
        if (!left) {
            left = true;
            empty.add(ByteBuffer.allocate(0)); // For a writer that waits for one.
        }
    }

    /** What was written, for one other thread; fails where the writer did. */
    InputStream source() {
        return new Source();
    }

    /** The digest of all, when its stream has been read to the end. */
    Digest digest() {
        return digest.join();
    }

    private static ByteBuffer take(BlockingQueue<ByteBuffer> queue) throws InterruptedIOException {
        try {
            return queue.take();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while sending");
        }
    }

    private final class Source extends InputStream {

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

        private boolean fill() throws IOException {
            if (current.hasRemaining()) {
                return true;
            }
            if (!ended) {
                if (current.capacity() > 0) {
                    empty.add(current);
                }
                current = take(filled);
                ended = !current.hasRemaining();
            }
            if (ended && digest.isCompletedExceptionally()) {
                throw new IOException("what was sent could not be made", digest.exceptionNow());
            }
            return !ended;
        }
    }
}
