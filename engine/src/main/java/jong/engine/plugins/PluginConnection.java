package jong.engine.plugins;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * A connection to a plugin, for one request.
 *
 * @param streams to read and write
 * @param socket what closing ends, also for a thread that waits for it
 */
record PluginConnection(Streams streams, Closeable socket) implements AutoCloseable {

    /** Both directions. */
    record Streams(InputStream in, OutputStream out) {}

    /** Connects a socket. */
    interface Connecting {
        Streams connect() throws IOException;
    }

    /** Connects; closes the socket if that fails. */
    static PluginConnection opened(Closeable socket, Connecting connecting) throws IOException {
        try {
            return new PluginConnection(connecting.connect(), socket);
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
