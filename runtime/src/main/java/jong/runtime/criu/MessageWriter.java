package jong.runtime.criu;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;

/**
 * Writes a message of Protocol Buffers, field by field (protobuf.dev, "Encoding"): numbers as
 * varints, everything else with its length before it. Why by hand: docs/decisions/0009.
 */
final class MessageWriter {

    private static final int VARINT = 0;
    private static final int LENGTH_DELIMITED = 2;
    private static final int TYPE_BITS = 3;
    private static final int GROUP_BITS = 7;
    private static final int MORE = 0x80;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    /** A field of type int32, uint32, or of an enum; negative ones are ten bytes long. */
    MessageWriter number(int field, long value) {
        tag(field, VARINT);
        varint(value);
        return this;
    }

    /** A field of type bool. */
    MessageWriter flag(int field, boolean value) {
        return number(field, value ? 1 : 0);
    }

    /** A field of type string. */
    MessageWriter text(int field, String value) {
        return delimited(field, value.getBytes(UTF_8));
    }

    /** A field that is a message itself. */
    MessageWriter message(int field, MessageWriter value) {
        return delimited(field, value.toBytes());
    }

    private MessageWriter delimited(int field, byte[] value) {
        tag(field, LENGTH_DELIMITED);
        varint(value.length);
        bytes.writeBytes(value);
        return this;
    }

    private void tag(int field, int type) {
        varint((long) field << TYPE_BITS | type);
    }

    private void varint(long value) {
        long rest = value;
        while ((rest & -MORE) != 0) {
            bytes.write((int) rest | MORE);
            rest >>>= GROUP_BITS;
        }
        bytes.write((int) rest);
    }

    byte[] toBytes() {
        return bytes.toByteArray();
    }
}
