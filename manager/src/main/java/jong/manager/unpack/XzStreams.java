package jong.manager.unpack;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import org.tukaani.xz.MemoryLimitException;
import org.tukaani.xz.XZInputStream;

/**
 * Opens xz streams so that their dictionaries, which are taken of the heap as soon as a block's
 * header says how large they are, fit into it: small ones any number at a time, large ones one
 * after another.
 */
final class XzStreams {

    /** Several layers are unpacked at a time. {@code xz -6} needs 9 MiB, {@code xz -7} 17. */
    private static final int SMALL_KIB = 17 * 1024 + 512;

    /** {@code xz -9} needs 65 MiB. */
    private static final int LARGE_KIB = 66 * 1024;

    private static final Semaphore LARGE = new Semaphore(1);

    private XzStreams() {}

    /**
     * The bytes behind an xz stream.
     *
     * @param beginning its first bytes, in which the first block's header is
     * @param whole all of it
     * @throws IOException while reading, if a dictionary is larger than the limit
     */
    static InputStream open(byte[] beginning, InputStream whole) throws IOException {
        if (!isLarge(beginning)) {
            return new XZInputStream(whole, SMALL_KIB);
        }
        LARGE.acquireUninterruptibly();
        try {
            return new Large(new XZInputStream(whole, LARGE_KIB));
        } catch (IOException | RuntimeException | Error e) {
            LARGE.release();
            throw e;
        }
    }

    private static boolean isLarge(byte[] beginning) {
        try (var first = new XZInputStream(new ByteArrayInputStream(beginning), SMALL_KIB)) {
            first.read();
            return false;
        } catch (MemoryLimitException _) {
            return true;
        } catch (IOException _) {
            // The header fits; what is behind it is damaged or not among these bytes.
            return false;
        }
    }

    /** Gives the turn back when it is closed. */
    private static final class Large extends FilterInputStream {
        private final AtomicBoolean open = new AtomicBoolean(true);

        Large(InputStream in) {
            super(in);
        }

        @Override
        public void close() throws IOException {
            try {
                super.close();
            } finally {
                if (open.getAndSet(false)) {
                    LARGE.release();
                }
            }
        }
    }
}
