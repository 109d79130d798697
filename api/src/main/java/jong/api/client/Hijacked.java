package jong.api.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * A connection that was taken over for a raw stream in both directions (attach, exec). One thread
 * may read while another writes.
 */
public final class Hijacked implements AutoCloseable {

    private final Connection connection;
    private final String contentType;

    Hijacked(Connection connection, String contentType) {
        this.connection = connection;
        this.contentType = contentType;
    }

    /** {@code application/vnd.docker.raw-stream} or {@code …multiplexed-stream}. */
    public String contentType() {
        return contentType;
    }

    /** What the daemon sends, until it ends. */
    public InputStream input() {
        return connection.rawInput();
    }

    /** What the daemon gets; writes go out at once. */
    public OutputStream output() {
        return connection.rawOutput();
    }

    /** Tells the daemon that no more input comes; its output goes on. */
    public void closeWrite() throws IOException {
        connection.closeWrite();
    }

    @Override
    public void close() {
        connection.close();
    }
}
