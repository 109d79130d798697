package jong.manager.unpack;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** A decompressed stream that ends in an error when too much comes out of it. */
final class LimitedInputStream extends FilterInputStream {

    private final CountedInputStream compressed;
    private final UnpackLimits limits;
    private long count;

    /** Compares what comes out of a stream with what went in. */
    LimitedInputStream(InputStream in, CountedInputStream compressed, UnpackLimits limits) {
        super(in);
        this.compressed = compressed;
        this.limits = limits;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int start, int length) throws IOException {
        int n = super.read(target, start, length);
        count += Math.max(0, n);
        limits.check(compressed.count(), count);
        return n;
    }

    @Override
    public long skip(long n) {
        return 0; // What is skipped would not be counted.
    }
}
