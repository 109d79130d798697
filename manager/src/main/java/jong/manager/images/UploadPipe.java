package jong.manager.images;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import jong.manager.unpack.BufferRing;
import jong.oci.Digest;

/**
 * Content on its way from one thread, which makes it, to another, which sends it, and at its end
 * its digest. Who sends may leave: then the maker goes on alone.
 */
final class UploadPipe extends OutputStream {

    private static final int BUFFER_BYTES = 128 * 1024;
    private static final int BUFFERS = 8;

    private final BufferRing ring = new BufferRing(BUFFERS, BUFFER_BYTES);
    private final CompletableFuture<Digest> digest = new CompletableFuture<>();
    private volatile boolean left;

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int start, int length) throws IOException {
        int end = start + length;
        for (int at = start; at < end && !left; ) {
            ByteBuffer buffer = empty();
            if (left) {
                return;
            }
            int count = Math.min(BUFFER_BYTES, end - at);
            ring.give(buffer.put(bytes, at, count).flip());
            at += count;
        }
    }

    private ByteBuffer empty() throws InterruptedIOException {
        try {
            return ring.take();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while sending");
        }
    }

    /** Tells that all was written. */
    void end(Digest whole) {
        digest.complete(whole);
        ring.end();
    }

    /** Tells that nothing more comes, although it is not all. */
    void fail(Exception cause) {
        if (digest.completeExceptionally(cause)) {
            ring.fail("what was sent could not be made", cause);
        }
    }

    /** Says that nobody reads any more. */
    void leave() {
        if (!left) {
            left = true;
            ring.leave(); // For a writer that waits.
        }
    }

    /** What was written, for one other thread; fails where the writer did. */
    InputStream source() {
        return ring.reader();
    }

    /** The digest of all, when its stream has been read to the end. */
    Digest digest() {
        return digest.join();
    }
}
