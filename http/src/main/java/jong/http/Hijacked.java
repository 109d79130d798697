package jong.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * A connection taken over from HTTP for raw bytes in both directions.
 *
 * <p>The directions end one by one: the client's half-close is the end of {@link #input()} and
 * changes nothing for the output; closing {@link #output()} half-closes towards the client. One
 * thread may read while another writes.
 */
public interface Hijacked extends AutoCloseable {

    /** What the client sends; its end is the client's half-close or the loss of the connection. */
    InputStream input();

    /** What the client receives; every {@code write} leaves at once, and blocks if it is slow. */
    OutputStream output();

    /** Ends both directions. */
    @Override
    void close() throws IOException;
}
