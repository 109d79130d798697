package jong.engine.plugins;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * A connection to a plugin, for one request.
 *
 * @param socket what closing ends, also for a thread that connects it or waits for it
 * @param connecting connects it
 */
record PluginConnection(Closeable socket, Connecting connecting) implements AutoCloseable {

    /** Both directions. */
    record Streams(InputStream in, OutputStream out) {}

    /** Connects a socket. */
    interface Connecting {
        Streams connect() throws IOException;
    }

    /** Connects, once. */
    Streams connect() throws IOException {
        return connecting.connect();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
