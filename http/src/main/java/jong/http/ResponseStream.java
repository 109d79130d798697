package jong.http;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Objects;

/** The body of an answer; each write leaves at once. Used by one thread at a time. */
final class ResponseStream extends OutputStream {

    /** Larger writes are cut, so that back-pressure is felt in between. */
    private static final int MAX_CHUNK = 64 << 10;

    /** The length of a body that is sent in chunks. */
    static final long UNKNOWN = -1;

    private final Outbound outbound;
    private final boolean discard;
    private long left;
    private boolean closed;

    /**
     * Makes the stream behind a head that was sent.
     *
     * @param discard whether there must be no body (HEAD)
     * @param length of the body in bytes as the head has it, {@link #UNKNOWN} if it does not
     */
    ResponseStream(Outbound outbound, boolean discard, long length) {
        this.outbound = outbound;
        this.discard = discard;
        this.left = length;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b});
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        if (closed) {
            throw new IOException("the answer has ended");
        }
        count(length);
        int end = offset + length;
        for (int at = offset; at < end && !discard; at += MAX_CHUNK) {
            byte[] chunk = Arrays.copyOfRange(bytes, at, Math.min(end, at + MAX_CHUNK));
            outbound.send(new DefaultHttpContent(Unpooled.wrappedBuffer(chunk)));
        }
    }

    private void count(int length) throws IOException {
        if (left == UNKNOWN) {
            return;
        }
        if (length > left) {
            throw new IOException("the answer is longer than announced");
        }
        left -= length;
    }

    /** The body has been sent past this stream. */
    void sentElsewhere() {
        left = 0;
    }

    @Override
    public void close() throws IOException {
        if (!closed) {
            closed = true;
            if (left > 0 && !discard) {
                throw new IOException("the answer lacks " + left + " bytes");
            }
            outbound.send(LastHttpContent.EMPTY_LAST_CONTENT);
        }
    }
}
