package jong.api.client;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/** The body of an answer: of a known length, in chunks, or until the connection ends. */
final class BodyInput extends InputStream {

    private enum Framing {
        LENGTH,
        CHUNKS,
        UNTIL_CLOSE
    }

    private final Connection connection;
    private final Framing framing;
    private long remaining;
    private boolean firstChunk = true;
    private boolean ended;

    private BodyInput(Connection connection, Framing framing, long remaining) {
        this.connection = connection;
        this.framing = framing;
        this.remaining = remaining;
        this.ended = framing == Framing.LENGTH && remaining == 0;
    }

    static BodyInput ofLength(Connection connection, long length) {
        return new BodyInput(connection, Framing.LENGTH, length);
    }

    static BodyInput chunked(Connection connection) {
        return new BodyInput(connection, Framing.CHUNKS, 0);
    }

    static BodyInput untilClose(Connection connection) {
        return new BodyInput(connection, Framing.UNTIL_CLOSE, Long.MAX_VALUE);
    }

    /** Whether the whole body was read and the connection can carry another request. */
    boolean reusable() {
        return ended && framing != Framing.UNTIL_CLOSE;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (!ended && remaining == 0) {
            nextChunk();
        }
        if (ended) {
            return -1;
        }
        int got = connection.read(target, offset, (int) Math.min(length, remaining));
        if (got < 0) {
            ended = framing == Framing.UNTIL_CLOSE;
            if (!ended) {
                throw new EOFException("unexpected EOF");
            }
            return -1;
        }
        remaining -= got;
        ended = framing == Framing.LENGTH && remaining == 0;
        return got;
    }

    private void nextChunk() throws IOException {
        if (!firstChunk) {
            connection.line();
        }
        firstChunk = false;
        String size = connection.line();
        int extension = size.indexOf(';');
        try {
            remaining = Integer.parseInt(extension < 0 ? size : size.substring(0, extension), 16);
        } catch (NumberFormatException e) {
            throw new IOException("the daemon sent a malformed chunk size", e);
        }
        if (remaining == 0) {
            String trailer;
            do {
                trailer = connection.line();
            } while (!trailer.isEmpty());
            ended = true;
        }
    }
}
