package jong.network.names;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/** Messages on a connection: the length in two bytes in front (RFC 1035 section 4.2.2). */
final class Frames {
    private Frames() {}

    /**
     * Reads a message.
     *
     * @param largest bytes that it may have
     * @throws IOException when it has more, none of which is read
     * @throws java.io.EOFException at the end of the connection
     */
    static byte[] read(DataInputStream from, int largest) throws IOException {
        int length = from.readUnsignedShort();
        if (length > largest) {
            throw new IOException("a message of " + length + " bytes; " + largest + " are taken");
        }
        var message = new byte[length];
        from.readFully(message);
        return message;
    }

    /** Writes a message in one piece, as some clients expect it in one segment. */
    static void write(OutputStream to, byte[] message) throws IOException {
        to.write(
                ByteBuffer.allocate(2 + message.length)
                        .putShort((short) message.length)
                        .put(message)
                        .array());
    }
}
