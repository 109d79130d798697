package jong.manager.tasks;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * A connection to a process's stdio. Closing it leaves the process alone.
 *
 * <p>One thread may read while another writes. A client that does not read {@link #frames} stops
 * the process after 1 MiB of output, as a full pipe does.
 */
public interface Attachment extends AutoCloseable {

    /**
     * The process's output in Docker's multiplexed frames, as they come from the monitor and go to
     * a client: one byte stream number (1 stdout, 2 stderr), three zero bytes, the length as a
     * big-endian 32-bit number, the bytes. With a terminal all is stream 1. Ends after the process
     * has ended and all was sent.
     */
    InputStream frames();

    /** The process's input, unbuffered. Fails with an {@link IOException} after the end. */
    OutputStream stdin();

    /**
     * Ends the input: no more bytes come from here. The process sees the end of its input only when
     * the attachment was made with {@link AttachStreams#closeStdin}.
     */
    void closeStdin() throws IOException;

    @Override
    void close();
}
