package jong.oci.content;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/**
 * Content opened for reading, in order and at any position.
 *
 * <p>What was opened stays readable to its end, also when the content is deleted meanwhile. One
 * thread uses {@link #stream()}; {@link #read(ByteBuffer, long)} may be called by any thread.
 */
public interface ContentReader extends AutoCloseable {

    /** The content's length in bytes. */
    long size();

    /** The bytes from the start. Each call gives the same stream; closing it closes this reader. */
    InputStream stream() throws IOException;

    /**
     * Reads bytes from {@code position} on without moving {@link #stream()}.
     *
     * @return how many bytes were read, at least 1 unless {@code target} is full; -1 at the end
     */
    int read(ByteBuffer target, long position) throws IOException;

    @Override
    void close() throws IOException;
}
