package jong.api;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * Takes Docker's multiplexed stream apart; see {@link StdStream} for its format.
 *
 * <p>Used by one thread. Closing the stream is its owner's business.
 *
 * <pre>{@code
 * var frames = new FrameReader(response.body());
 * while (frames.next()) {
 *     frames.copyTo(frames.stream() == StdStream.STDERR ? err : out);
 * }
 * }</pre>
 */
public final class FrameReader {

    private static final int BUFFER_BYTES = 32 * 1024;

    private final InputStream in;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private StdStream stream = StdStream.STDOUT;
    private long remaining;

    /** Reads frames from {@code in}; nothing is read before the first {@link #next}. */
    public FrameReader(InputStream in) {
        this.in = in;
    }

    /**
     * Goes on to the next frame, past what is left of the present one.
     *
     * @return false at the end of the stream
     * @throws EOFException if the stream ends inside a frame
     * @throws IOException if the stream breaks or the header names no stream
     */
    public boolean next() throws IOException {
        in.skipNBytes(remaining);
        remaining = 0;
        int got = in.readNBytes(buffer, 0, StdStream.HEADER_BYTES);
        if (got == 0) {
            return false;
        }
        if (got < StdStream.HEADER_BYTES) {
            throw new EOFException("the stream ended inside a frame header");
        }
        try {
            stream = StdStream.of(buffer[0]);
        } catch (IllegalArgumentException e) {
            throw new IOException(e.getMessage(), e);
        }
        remaining = Integer.toUnsignedLong(int32(buffer, 4));
        return true;
    }

    /** The stream that the present frame belongs to. */
    public StdStream stream() {
        return stream;
    }

    /** Bytes of the present frame that have not been read. */
    public long remaining() {
        return remaining;
    }

    /**
     * Reads some bytes of the present frame.
     *
     * @return how many, or -1 at the end of the frame
     */
    public int read(byte[] target, int offset, int length) throws IOException {
        if (remaining == 0) {
            return -1;
        }
        int got = in.read(target, offset, (int) Math.min(length, remaining));
        if (got < 0) {
            throw new EOFException("the stream ended inside a frame");
        }
        remaining -= got;
        return got;
    }

    /** Writes the rest of the present frame to {@code out} as it comes, and flushes it. */
    public void copyTo(OutputStream out) throws IOException {
        for (int n = read(buffer, 0, buffer.length); n >= 0; n = read(buffer, 0, buffer.length)) {
            out.write(buffer, 0, n);
        }
        out.flush();
    }

    private static int int32(byte[] bytes, int at) {
        return (bytes[at] & 0xff) << 24
                | (bytes[at + 1] & 0xff) << 16
                | (bytes[at + 2] & 0xff) << 8
                | (bytes[at + 3] & 0xff);
    }
}
