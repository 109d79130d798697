package jong.manager.unpack;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import jong.linux.codecs.RawInflater;

/**
 * Undoes gzip (RFC 1952): one member after the other, up to the end of the stream or zeros that
 * fill up a tape's block, as gzip(1) takes them. Checksums and lengths are checked. Errors have the
 * texts of Go's reader, which dockerd passes on.
 */
final class GzipInputStream extends InputStream {

    private static final int BUFFER_BYTES = 64 * 1024;

    /** Bytes of the buffer before that may turn out to be unused, see {@link RawInflater}. */
    private static final int KEPT = 8;

    private static final int HEADER_CRC = 2;
    private static final int EXTRA = 4;
    private static final int NAME = 8;
    private static final int COMMENT = 16;
    private static final int RESERVED = 0xe0;

    private final InputStream in;
    private final RawInflater inflater;
    private final CRC32 checksum = new CRC32();
    private final byte[] buffer = new byte[KEPT + BUFFER_BYTES];
    private int position = KEPT;
    private int limit = KEPT;

    /** Bytes that came out of the present member. */
    private long length;

    private boolean ended;

    /** Reads the first header; closing this closes both. */
    GzipInputStream(InputStream in, RawInflater inflater) throws IOException {
        this.in = in;
        this.inflater = inflater;
        try {
            readHeader(next());
        } catch (IOException e) {
            inflater.close();
            throw e;
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int start, int count) throws IOException {
        if (count == 0) {
            return 0;
        }
        while (!ended) {
            int done = inflate(target, start, count);
            if (done > 0) {
                checksum.update(target, start, done);
                length += done;
                return done;
            }
            if (inflater.finished()) {
                position = limit - inflater.remainingInput();
                readTrailer();
                beginNextMember();
            } else if (inflater.needsInput()) {
                feed();
            }
        }
        return -1;
    }

    @Override
    public void close() throws IOException {
        inflater.close();
        in.close();
    }

    private int inflate(byte[] target, int start, int count) throws IOException {
        try {
            return inflater.inflate(target, start, count);
        } catch (DataFormatException e) {
            throw new IOException("flate: corrupt input", e);
        }
    }

    /** Gives the inflater all that is in the buffer, which must not be empty. */
    private void feed() throws IOException {
        if (position == limit && !fill()) {
            throw new EOFException("unexpected EOF");
        }
        inflater.input(buffer, position, limit - position);
        position = limit;
    }

    private void readHeader(int first) throws IOException {
        if (first != 0x1f || next() != 0x8b || next() != 8) {
            throw new IOException("gzip: invalid header");
        }
        int flags = next();
        if ((flags & RESERVED) != 0) {
            throw new IOException("gzip: invalid header");
        }
        skip(6); // Time, level and operating system.
        if ((flags & EXTRA) != 0) {
            skip(next() | next() << 8);
        }
        if ((flags & NAME) != 0) {
            skipText();
        }
        if ((flags & COMMENT) != 0) {
            skipText();
        }
        if ((flags & HEADER_CRC) != 0) {
            skip(2);
        }
        length = 0;
        checksum.reset();
        feed();
    }

    private void readTrailer() throws IOException {
        if (number() != checksum.getValue() || number() != (length & 0xffffffffL)) {
            throw new IOException("gzip: invalid checksum");
        }
    }

    private void beginNextMember() throws IOException {
        inflater.reset();
        boolean zeros = false;
        while (position < limit || fill()) {
            int b = next();
            if (b != 0) {
                if (zeros) {
                    throw new IOException("gzip: invalid header");
                }
                readHeader(b);
                return;
            }
            zeros = true;
        }
        ended = true;
    }

    private long number() throws IOException {
        long value = 0;
        for (int shift = 0; shift < 32; shift += 8) {
            value |= (long) next() << shift;
        }
        return value;
    }

    private void skip(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            next();
        }
    }

    private void skipText() throws IOException {
        while (next() != 0) {
            // The name of what was compressed, or a comment: neither is of use here.
        }
    }

    private int next() throws IOException {
        if (position == limit && !fill()) {
            throw new EOFException("unexpected EOF");
        }
        return buffer[position++] & 0xff;
    }

    private boolean fill() throws IOException {
        System.arraycopy(buffer, limit - KEPT, buffer, 0, KEPT);
        int count = in.read(buffer, KEPT, BUFFER_BYTES);
        position = KEPT;
        limit = KEPT + Math.max(0, count);
        return count > 0;
    }
}
