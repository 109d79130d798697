package jong.engine.containers;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** Moves a process's output to a client. */
public final class StreamCopy {

    private static final int BUFFER = 64 << 10;
    private static final int HEADER = 8;

    private StreamCopy() {}

    /** Multiplexed frames as they are. */
    public static void frames(InputStream from, OutputStream to) throws IOException {
        byte[] buffer = new byte[BUFFER];
        int read;
        while ((read = from.read(buffer)) >= 0) {
            to.write(buffer, 0, read);
        }
    }

    /** Only the bytes inside multiplexed frames: what a client of a terminal gets. */
    public static void payloads(InputStream from, OutputStream to) throws IOException {
        byte[] buffer = new byte[BUFFER];
        byte[] header = new byte[HEADER];
        while (true) {
            int got = from.readNBytes(header, 0, HEADER);
            if (got == 0) {
                return;
            }
            if (got < HEADER) {
                throw new EOFException("the output ended inside a frame's header");
            }
            long left =
                    (header[4] & 0xffL) << 24
                            | (header[5] & 0xffL) << 16
                            | (header[6] & 0xffL) << 8
                            | (header[7] & 0xffL);
            while (left > 0) {
                int read = from.read(buffer, 0, (int) Math.min(BUFFER, left));
                if (read < 0) {
                    throw new EOFException("the output ended inside a frame");
                }
                to.write(buffer, 0, read);
                left -= read;
            }
        }
    }
}
