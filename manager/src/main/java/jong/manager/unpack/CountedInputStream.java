package jong.manager.unpack;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.LongConsumer;

/** Tells how many bytes were read from a stream so far. */
public final class CountedInputStream extends FilterInputStream {

    private static final int SKIP_BYTES = 64 * 1024;

    private final LongConsumer listener;
    private byte[] skipped = {};
    private long count;

    /** Tells {@code listener} the count after each read. */
    public CountedInputStream(InputStream in, LongConsumer listener) {
        super(in);
        this.listener = listener;
    }

    /** Bytes read so far. */
    public long count() {
        return count;
    }

    @Override
    public int read() throws IOException {
        int b = super.read();
        return (int) counted(b < 0 ? -1 : 1) < 0 ? -1 : b;
    }

    @Override
    public int read(byte[] target, int start, int length) throws IOException {
        return (int) counted(super.read(target, start, length));
    }

    /** Reads what is skipped: a hash below must see every byte. */
    @Override
    public long skip(long n) throws IOException {
        int length = Math.clamp(n, 0, SKIP_BYTES);
        if (skipped.length < length) {
            skipped = new byte[SKIP_BYTES];
        }
        return length == 0 ? 0 : Math.max(0, read(skipped, 0, length));
    }

    @Override
    public boolean markSupported() {
        return false;
    }

    private long counted(long n) {
        if (n > 0) {
            count += n;
            listener.accept(count);
        }
        return n;
    }
}
