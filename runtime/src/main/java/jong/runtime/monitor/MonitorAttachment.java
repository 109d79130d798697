package jong.runtime.monitor;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/**
 * The stream of an attached client. One thread reads while another writes; closing it, from any
 * thread, ends both.
 */
public final class MonitorAttachment implements AutoCloseable {

    private final MonitorConnection connection;
    private final SocketChannel channel;

    MonitorAttachment(MonitorConnection connection) {
        this.connection = connection;
        this.channel = connection.channel();
    }

    /** Docker's multiplexed frames as the monitor sends them. */
    public InputStream frames() {
        return new Frames();
    }

    /** The process's input, unbuffered. */
    public OutputStream stdin() {
        return new Input();
    }

    /** Ends the input; output still comes. */
    public void closeStdin() throws IOException {
        channel.shutdownOutput();
    }

    @Override
    public void close() {
        connection.close();
    }

    /** Channels' own stream adapters share a lock between reading and writing; these do not. */
    private final class Frames extends InputStream {
        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            return length == 0 ? 0 : channel.read(ByteBuffer.wrap(bytes, offset, length));
        }

        @Override
        public void close() {
            MonitorAttachment.this.close();
        }
    }

    private final class Input extends OutputStream {
        @Override
        public void write(int value) throws IOException {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, length);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
        }

        @Override
        public void close() throws IOException {
            closeStdin();
        }
    }
}
