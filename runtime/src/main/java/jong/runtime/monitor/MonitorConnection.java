package jong.runtime.monitor;

import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import jong.linux.files.Fd;
import jong.linux.files.OpenHow;

/**
 * A connection to a monitor. Requests and replies alternate; used by one thread at a time, which
 * may be a virtual one.
 */
final class MonitorConnection implements AutoCloseable {

    private final SocketChannel channel;

    private MonitorConnection(SocketChannel channel) {
        this.channel = channel;
    }

    /**
     * Connects. By way of the directory's descriptor, as its path may be longer than an address of
     * a socket, 107 bytes.
     *
     * @throws IOException if nobody listens: the monitor is gone
     */
    static MonitorConnection open(Path socket) throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try (Fd directory = Fd.open(socket.resolveSibling("."), OpenHow.path())) {
            Path through = Path.of(directory.procPath()).resolve(socket.getFileName());
            channel.connect(UnixDomainSocketAddress.of(through));
            return new MonitorConnection(channel);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    SocketChannel channel() {
        return channel;
    }

    void send(Frame.Writer request) throws IOException {
        ByteBuffer frame = request.frame();
        while (frame.hasRemaining()) {
            channel.write(frame);
        }
    }

    /** Sends, and waits for the reply of a kind. */
    Frame call(Frame.Writer request, FrameType expected) throws IOException {
        send(request);
        return expect(expected);
    }

    /**
     * Waits for the reply of a kind; warnings before it are logged.
     *
     * @throws MonitorException if the reply is an error
     * @throws EOFException if the monitor closed the connection
     */
    Frame expect(FrameType expected) throws IOException {
        while (true) {
            Frame frame = receive();
            if (frame.type() == expected) {
                return frame;
            }
            switch (frame.type()) {
                case ERROR -> throw frame.error();
                case WARNING -> warn(frame.text());
                default ->
                        throw new IOException(
                                "the monitor answered " + frame.type() + " instead of " + expected);
            }
        }
    }

    private static void warn(String text) {
        System.getLogger(MonitorConnection.class.getName())
                .log(System.Logger.Level.WARNING, "container start: {0}", text);
    }

    private Frame receive() throws IOException {
        ByteBuffer header = fill(Frame.HEADER);
        int length = header.getInt();
        int number = Byte.toUnsignedInt(header.get());
        if (length < 0 || length > Frame.LIMIT) {
            throw new IOException("the monitor sent a frame of " + length + " bytes");
        }
        FrameType type =
                FrameType.of(number)
                        .orElseThrow(() -> new IOException("the monitor sent a frame " + number));
        return new Frame(type, fill(length));
    }

    private ByteBuffer fill(int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer) < 0) {
                throw new EOFException("the monitor closed the connection");
            }
        }
        return buffer.flip();
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            // Closing a socket frees it even when it reports an error, and nothing was left unsent.
            System.getLogger(MonitorConnection.class.getName())
                    .log(System.Logger.Level.DEBUG, "closing a monitor connection", e);
        }
    }
}
