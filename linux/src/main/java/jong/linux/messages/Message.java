package jong.linux.messages;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * A message that came from the kernel.
 *
 * @param type the message's type
 * @param flags NLM_F_*
 * @param sequence that of the request it answers
 * @param port the socket whose request it is about; 0 for none
 * @param payload what follows the header
 */
public record Message(int type, int flags, int sequence, int port, ByteBuffer payload) {
    private static final int HEADER_BYTES = 16;

    /** The messages of a datagram; a damaged one ends the reading. */
    static List<Message> split(byte[] datagram) {
        var messages = new ArrayList<Message>();
        var bytes = ByteBuffer.wrap(datagram).order(ByteOrder.nativeOrder());
        while (bytes.remaining() >= HEADER_BYTES) {
            int start = bytes.position();
            int length = bytes.getInt();
            int type = Short.toUnsignedInt(bytes.getShort());
            int flags = Short.toUnsignedInt(bytes.getShort());
            int sequence = bytes.getInt();
            int port = bytes.getInt();
            if (length < HEADER_BYTES || length > datagram.length - start) {
                break;
            }
            var payload = new byte[length - HEADER_BYTES];
            bytes.get(payload);
            messages.add(new Message(type, flags, sequence, port, ByteBuffer.wrap(payload)));
            bytes.position(Math.min(bytes.limit(), start + ((length + 3) & ~3)));
        }
        return messages;
    }

    /** The payload from an offset, in the machine's byte order. */
    public ByteBuffer from(int offset) {
        int start = Math.min(offset, payload.limit());
        return payload.slice(start, payload.limit() - start).order(ByteOrder.nativeOrder());
    }

    /** One byte of the payload, unsigned. */
    public int u8(int offset) {
        return Byte.toUnsignedInt(payload.get(offset));
    }

    /** The attributes after a fixed part of some bytes. */
    public Attributes attributes(int fixedBytes) {
        return Attributes.read(from(fixedBytes));
    }
}
