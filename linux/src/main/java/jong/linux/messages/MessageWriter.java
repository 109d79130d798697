package jong.linux.messages;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Writes netlink messages one after another into one buffer: header, fixed part, attributes.
 *
 * <p>Numbers are in the machine's byte order, save where a method's name says big-endian.
 */
public final class MessageWriter {
    private static final int HEADER_BYTES = 16;
    private static final int NESTED = 0x8000;
    private static final int ALIGNMENT = 4;
    private static final int LARGEST_ATTRIBUTE = 0xffff; // Its length has 16 bits.

    private ByteBuffer buffer = ByteBuffer.allocate(1024).order(ByteOrder.nativeOrder());
    private int messageStart = -1;

    /** Nothing written. */
    public MessageWriter() {}

    /** Begins a message; the one before is ended. */
    public void begin(int type, int flags, int sequence) {
        end();
        messageStart = buffer.position();
        room(HEADER_BYTES);
        buffer.putInt(0).putShort((short) type).putShort((short) flags).putInt(sequence).putInt(0);
    }

    /** Writes a byte of a fixed part. */
    public MessageWriter u8(int value) {
        room(1);
        buffer.put((byte) value);
        return this;
    }

    /** Writes 16 bits of a fixed part. */
    public MessageWriter u16(int value) {
        room(2);
        buffer.putShort((short) value);
        return this;
    }

    /** Writes 16 bits, the high byte first. */
    public MessageWriter bigEndian16(int value) {
        return u8(value >>> 8).u8(value);
    }

    /** Writes 32 bits of a fixed part. */
    public MessageWriter u32(int value) {
        room(4);
        buffer.putInt(value);
        return this;
    }

    /**
     * An attribute of raw bytes.
     *
     * @throws IllegalArgumentException when it has more than 65535 bytes, with its header
     */
    public MessageWriter attribute(int type, byte[] value) {
        checkLength(type, 4 + value.length);
        room(4 + value.length + ALIGNMENT);
        buffer.putShort((short) (4 + value.length)).putShort((short) type).put(value);
        pad();
        return this;
    }

    /** An attribute of 8 bits. */
    public MessageWriter attribute8(int type, int value) {
        return attribute(type, new byte[] {(byte) value});
    }

    /** An attribute of 16 bits. */
    public MessageWriter attribute16(int type, int value) {
        room(8);
        buffer.putShort((short) 6)
                .putShort((short) type)
                .putShort((short) value)
                .putShort((short) 0);
        return this;
    }

    /** An attribute of 32 bits. */
    public MessageWriter attribute32(int type, int value) {
        room(8);
        buffer.putShort((short) 8).putShort((short) type).putInt(value);
        return this;
    }

    /** An attribute of 64 bits. */
    public MessageWriter attribute64(int type, long value) {
        return attribute(
                type, ByteBuffer.allocate(8).order(ByteOrder.nativeOrder()).putLong(value).array());
    }

    /** An attribute of 32 bits in network order, as netfilter has them. */
    public MessageWriter attributeBigEndian32(int type, int value) {
        return attribute32(
                type, buffer.order() == ByteOrder.BIG_ENDIAN ? value : Integer.reverseBytes(value));
    }

    /** An attribute of text with a final NUL. */
    public MessageWriter attribute(int type, String value) {
        return attribute(type, (value + "\0").getBytes(UTF_8));
    }

    /**
     * An attribute whose value is what {@code content} writes.
     *
     * @throws IllegalArgumentException when it has more than 65535 bytes, with its header
     */
    public MessageWriter nested(int type, Runnable content) {
        room(4);
        int start = buffer.position();
        buffer.putShort((short) 0).putShort((short) (type | NESTED));
        content.run();
        int length = buffer.position() - start;
        checkLength(type, length);
        buffer.putShort(start, (short) length);
        return this;
    }

    private static void checkLength(int type, int length) {
        if (length > LARGEST_ATTRIBUTE) {
            throw new IllegalArgumentException(
                    "attribute " + type + " of " + length + " bytes; 65535 are the most");
        }
    }

    /** All messages. */
    public byte[] toBytes() {
        end();
        var bytes = new byte[buffer.position()];
        buffer.get(0, bytes);
        return bytes;
    }

    private void end() {
        if (messageStart >= 0) {
            pad();
            buffer.putInt(messageStart, buffer.position() - messageStart);
        }
    }

    private void pad() {
        while (buffer.position() % ALIGNMENT != 0) {
            u8(0);
        }
    }

    private void room(int bytes) {
        if (buffer.remaining() < bytes) {
            var larger =
                    ByteBuffer.allocate(Math.max(buffer.capacity() * 2, buffer.position() + bytes))
                            .order(ByteOrder.nativeOrder());
            buffer = larger.put(buffer.flip());
        }
    }
}
