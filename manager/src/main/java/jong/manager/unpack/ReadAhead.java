package jong.manager.unpack;

import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/**
 * Reads a stream on a thread of its own, a few buffers ahead, so that decompressing and what is
 * done with the bytes each have a processor. A platform thread: inflating would hold the carrier of
 * a virtual one.
 */
final class ReadAhead extends FilterInputStream {

    private static final int BUFFER_BYTES = 256 * 1024;
    private static final int BUFFERS = 4;

    private final InputStream source;
    private final BufferRing ring;
    private final Thread thread;

    /** Starts to read; closing this closes the source. */
    ReadAhead(InputStream source) {
        this(source, new BufferRing(BUFFERS, BUFFER_BYTES));
    }

    private ReadAhead(InputStream source, BufferRing ring) {
        super(ring.reader());
        this.source = source;
        this.ring = ring;
        this.thread = Thread.ofPlatform().daemon().name("read-ahead").start(this::run);
    }

    @Override
    public void close() throws IOException {
        Interruption.end(thread);
        source.close();
    }

    private void run() {
        try {
            while (true) {
                ByteBuffer buffer = ring.take();
                int length = source.readNBytes(buffer.array(), buffer.arrayOffset(), BUFFER_BYTES);
                if (length == 0) {
                    ring.end();
                    return;
                }
                ring.give(buffer.limit(length));
            }
        } catch (InterruptedException _) {
            return; // Closed: nobody reads any more.
        } catch (IOException | RuntimeException | Error e) {
            ring.fail(text(e), e);
        }
    }

    /** Not all decompressors say what is wrong. */
    private static String text(Throwable reason) {
        if (reason instanceof EOFException) {
            return "unexpected EOF";
        }
        String text = reason.getMessage();
        return text == null ? reason.toString() : text;
    }
}
