package jong.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** A client that sends exactly the bytes it is told and shows exactly the bytes it gets. */
final class RawClient implements AutoCloseable {

    private final SocketChannel socket;
    private final StringBuilder received = new StringBuilder();

    RawClient(ListenAddress address) throws IOException {
        socket =
                SocketChannel.open(
                        switch (address) {
                            case ListenAddress.Unix unix -> UnixDomainSocketAddress.of(unix.path());
                            case ListenAddress.Tcp tcp -> tcp.address();
                        });
    }

    RawClient send(String bytes) throws IOException {
        return send(bytes.getBytes(ISO_8859_1));
    }

    RawClient send(byte[] bytes) throws IOException {
        var buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            socket.write(buffer);
        }
        return this;
    }

    RawClient get(String path) throws IOException {
        return send("GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n");
    }

    /** Half-closes. */
    RawClient end() throws IOException {
        socket.shutdownOutput();
        return this;
    }

    /** Takes what has come up to and with {@code mark}; fails at the end of the stream. */
    String readThrough(String mark) throws IOException {
        while (received.indexOf(mark) < 0) {
            if (!more()) {
                throw new IOException("no " + mark + " in: " + tail());
            }
        }
        int end = received.indexOf(mark) + mark.length();
        String taken = received.substring(0, end);
        received.delete(0, end);
        return taken;
    }

    String readHead() throws IOException {
        return readThrough("\r\n\r\n");
    }

    /** Takes {@code count} bytes. */
    String read(int count) throws IOException {
        while (received.length() < count) {
            if (!more()) {
                throw new IOException("end of stream after: " + tail());
            }
        }
        String taken = received.substring(0, count);
        received.delete(0, count);
        return taken;
    }

    /** Takes all until the server's end. */
    String readAll() throws IOException {
        while (more()) {}
        String taken = received.toString();
        received.setLength(0);
        return taken;
    }

    private String tail() {
        return received.substring(Math.max(0, received.length() - 200));
    }

    private boolean more() throws IOException {
        var buffer = ByteBuffer.allocate(64 << 10);
        int count = socket.read(buffer);
        if (count < 0) {
            return false;
        }
        var bytes = new ByteArrayOutputStream();
        bytes.write(buffer.array(), 0, count);
        received.append(bytes.toString(ISO_8859_1));
        return true;
    }

    /** Hangs up as a machine does that loses its power: what is under way is not delivered. */
    void reset() throws IOException {
        socket.setOption(StandardSocketOptions.SO_LINGER, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
