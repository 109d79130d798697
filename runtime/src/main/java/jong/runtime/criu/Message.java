package jong.runtime.criu;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A message of Protocol Buffers that was read. Of a field given twice the last value counts;
 * unknown fields are passed over (protobuf.dev, "Encoding").
 */
final class Message {

    private static final int VARINT = 0;
    private static final int FIXED_64 = 1;
    private static final int LENGTH_DELIMITED = 2;
    private static final int FIXED_32 = 5;
    private static final int TYPE_BITS = 3;
    private static final int GROUP_BITS = 7;
    private static final int MORE = 0x80;

    private final byte[] bytes;
    private final Map<Integer, Long> numbers = new HashMap<>();
    private final Map<Integer, byte[]> contents = new HashMap<>();
    private int at;

    private Message(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * Takes a message apart.
     *
     * @throws IOException if it is cut short, or has a field of a type that does not exist
     */
    static Message parse(byte[] bytes) throws IOException {
        var message = new Message(bytes);
        while (message.at < bytes.length) {
            message.field();
        }
        return message;
    }

    private void field() throws IOException {
        long tag = varint();
        int field = (int) (tag >>> TYPE_BITS);
        switch ((int) tag & (1 << TYPE_BITS) - 1) {
            case VARINT -> numbers.put(field, varint());
            case LENGTH_DELIMITED -> contents.put(field, take(varint()));
            case FIXED_64 -> take(Long.BYTES);
            case FIXED_32 -> take(Integer.BYTES);
            default -> throw new IOException("unknown type of field " + field);
        }
    }

    private byte[] take(long length) throws IOException {
        if (length < 0 || length > bytes.length - at) {
            throw cutShort();
        }
        at += (int) length;
        return Arrays.copyOfRange(bytes, at - (int) length, at);
    }

    private long varint() throws IOException {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE; shift += GROUP_BITS) {
            if (at == bytes.length) {
                throw cutShort();
            }
            byte group = bytes[at++];
            value |= (long) (group & ~MORE & 0xff) << shift;
            if (group >= 0) {
                return value;
            }
        }
        throw new IOException("a number of more than 64 bits at byte " + at);
    }

    private IOException cutShort() {
        return new IOException("cut short at byte " + at + " of " + bytes.length);
    }

    /** The value of a numeric field, or {@code fallback}. */
    int number(int field, int fallback) {
        Long value = numbers.get(field);
        return value == null ? fallback : value.intValue();
    }

    /** Whether a field of type bool is there and true. */
    boolean flag(int field) {
        return number(field, 0) != 0;
    }

    /** The value of a string field, or empty. */
    String text(int field) {
        byte[] value = contents.get(field);
        return value == null ? "" : new String(value, UTF_8);
    }

    /** The message in a field, if it is there. */
    Optional<Message> message(int field) throws IOException {
        byte @Nullable [] value = contents.get(field);
        return value == null ? Optional.empty() : Optional.of(parse(value));
    }
}
