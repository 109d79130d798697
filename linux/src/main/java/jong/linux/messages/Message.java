package jong.linux.messages;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A message that came from the kernel.
 *
 * @param type the message's type
 * @param flags NLM_F_*
 * @param sequence that of the request it answers
 * @param payload what follows the header
 */
public record Message(int type, int flags, int sequence, ByteBuffer payload) {
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
