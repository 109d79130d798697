package jong.manager.images;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import jong.oci.Digest;

/**
 * Content on its way from one thread, which makes it, to another, which sends it, and at its end
 * its digest. A few pieces may wait in between. Who sends may leave: then the maker goes on alone.
 */
final class UploadPipe extends OutputStream {

    private static final int PIECES = 4;

    private static final byte[] END = {};

    private final BlockingQueue<byte[]> pieces = new ArrayBlockingQueue<>(PIECES);
    private final CompletableFuture<Digest> digest = new CompletableFuture<>();
    private volatile boolean left;

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int start, int length) throws IOException {
        if (length > 0) {
            put(Arrays.copyOfRange(bytes, start, start + length));
        }
    }

    /** Tells that all was written. */
    void end(Digest whole) throws IOException {
        digest.complete(whole);
        put(END);
    }

    /** Tells that nothing more comes, although it is not all. */
    void fail(Exception cause) {
        if (digest.completeExceptionally(cause)) {
            pieces.clear();
            pieces.add(END);
        }
    }

    /** Says that nobody reads any more. */
    void leave() {
        left = true;
        pieces.clear(); // A writer that waited for room has it now, and sees the mark the next
        // time.
    }

    /** What was written, for one other thread; fails where the writer did. */
    InputStream source() {
        return new Source();
    }

    /** The digest of all, when its stream has been read to the end. */
    Digest digest() {
        return digest.join();
    }

    private void put(byte[] piece) throws InterruptedIOException {
        if (left) {
            return;
        }
        try {
            pieces.put(piece);
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
            while (!ended && !current.hasRemaining()) {
                try {
                    current = ByteBuffer.wrap(pieces.take());
                } catch (InterruptedException _) {
                    Thread.currentThread().interrupt();
                    throw new InterruptedIOException("interrupted while sending");
                }
                ended = !current.hasRemaining();
            }
            if (ended && digest.isCompletedExceptionally()) {
                throw new IOException("what was sent could not be made", digest.exceptionNow());
            }
            return !ended;
        }
    }
}
