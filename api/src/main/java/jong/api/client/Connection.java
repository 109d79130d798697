package jong.api.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Objects;

/**
 * One connection to the daemon, blocking. One thread may read while another writes; closing it from
 * any thread ends both.
 */
final class Connection implements AutoCloseable {

    private static final int BUFFER_BYTES = 32 * 1024;
    private static final int LINE_LIMIT = 64 * 1024;

    private final SocketChannel channel;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int position;
    private int limit;

    Connection(SocketChannel channel) {
        this.channel = channel;
    }

    /** A line of the head without its line break. */
    String line() throws IOException {
        var line = new StringBuilder(64);
        for (int b = read(); b != '\n'; b = read()) {
            if (b < 0) {
                throw new EOFException("the daemon closed the connection");
            }
            if (line.length() > LINE_LIMIT) {
                throw new IOException("the daemon sent a header line over 64 KiB");
            }
            line.append((char) b);
        }
        int end = line.length();
        if (end > 0 && line.charAt(end - 1) == '\r') {
            line.setLength(end - 1);
        }
        return line.toString();
    }

    int read() throws IOException {
        return position < limit || fill() ? buffer[position++] & 0xff : -1;
    }

    int read(byte[] target, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, target.length);
        if (length == 0) {
            return 0;
        }
        if (position == limit && !fill()) {
            return -1;
        }
        int count = Math.min(length, limit - position);
        System.arraycopy(buffer, position, target, offset, count);
        position += count;
        return count;
    }

    void write(byte[] bytes, int offset, int length) throws IOException {
        ByteBuffer pending = ByteBuffer.wrap(bytes, offset, length);
        while (pending.hasRemaining()) {
            channel.write(pending);
        }
    }

    /** Sends everything from {@code source} in chunks, and the end. */
    void writeChunked(InputStream source) throws IOException {
        byte[] chunk = new byte[BUFFER_BYTES];
        for (int n = readSource(source, chunk); n >= 0; n = readSource(source, chunk)) {
            if (n > 0) {
                byte[] size = (Integer.toHexString(n) + "\r\n").getBytes(UTF_8);
                write(size, 0, size.length);
                write(chunk, 0, n);
                write(new byte[] {'\r', '\n'}, 0, 2);
            }
        }
        write("0\r\n\r\n".getBytes(UTF_8), 0, 5);
    }

    /** Closes the connection if the source breaks: half a body must not look like a whole one. */
    private int readSource(InputStream source, byte[] chunk) throws IOException {
        try {
            return source.read(chunk);
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    void closeWrite() throws IOException {
        channel.shutdownOutput();
    }

    /** What comes, until the daemon ends it. */
    InputStream rawInput() {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                return Connection.this.read();
            }

            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                return Connection.this.read(target, offset, length);
            }
        };
    }

    /** Writes go out at once. */
    OutputStream rawOutput() {
        return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                Connection.this.write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                Connection.this.write(bytes, offset, length);
            }
        };
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            // Nothing is lost: whoever waits for data of this connection gets his own error.
            assert e != null;
        }
    }

    private boolean fill() throws IOException {
        int got = channel.read(ByteBuffer.wrap(buffer));
        position = 0;
        limit = Math.max(got, 0);
        return got > 0;
    }
}
