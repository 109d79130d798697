package jong.engine.rest;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Objects;

/** The body of an answer of unknown length; each write is a chunk. Used by one thread at a time. */
final class ResponseStream extends OutputStream {

    /** Larger writes are cut, so that back-pressure is felt in between. */
    private static final int MAX_CHUNK = 64 << 10;

    private final Outbound outbound;
    private final boolean discard;
    private boolean closed;

    /**
     * Makes the stream behind a head that was sent.
     *
     * @param discard whether there must be no body (HEAD)
     */
    ResponseStream(Outbound outbound, boolean discard) {
        this.outbound = outbound;
        this.discard = discard;
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
        int end = offset + length;
        for (int at = offset; at < end && !discard; at += MAX_CHUNK) {
            byte[] chunk = Arrays.copyOfRange(bytes, at, Math.min(end, at + MAX_CHUNK));
            outbound.send(new DefaultHttpContent(Unpooled.wrappedBuffer(chunk)));
        }
    }

    @Override
    public void close() throws IOException {
        if (!closed) {
            closed = true;
            outbound.send(LastHttpContent.EMPTY_LAST_CONTENT);
        }
    }
}
