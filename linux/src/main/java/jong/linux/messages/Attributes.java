package jong.linux.messages;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** The attributes of a message or of a nested attribute. Damaged ones end the reading. */
public final class Attributes {
    private static final int TYPE_MASK = 0x3fff; // Without the nested and byte order bits.

    private final Map<Integer, byte[]> values = new HashMap<>();
    private final List<byte[]> inOrder = new ArrayList<>();

    private Attributes() {}

    /** Reads to the end of the buffer. */
    public static Attributes read(ByteBuffer source) {
        var attributes = new Attributes();
        var buffer = source.slice().order(ByteOrder.nativeOrder());
        while (buffer.remaining() >= 4) {
            int start = buffer.position();
            int length = Short.toUnsignedInt(buffer.getShort());
            int type = buffer.getShort() & TYPE_MASK;
            if (length < 4 || length - 4 > buffer.remaining()) {
                break;
            }
            var value = new byte[length - 4];
            buffer.get(value);
            attributes.values.put(type, value);
            attributes.inOrder.add(value);
            buffer.position(Math.min(buffer.limit(), start + ((length + 3) & ~3)));
        }
        return attributes;
    }

    /** The bytes of an attribute. */
    public Optional<byte[]> bytes(int type) {
        return Optional.ofNullable(values.get(type));
    }

    /** Text up to the first NUL. */
    public Optional<String> text(int type) {
        return bytes(type)
                .map(bytes -> {
                    int end = 0;
                    while (end < bytes.length && bytes[end] != 0) {
                        end++;
                    }
                    return new String(bytes, 0, end, UTF_8);
                });
    }

    /** A number of 32 bits in the machine's order. */
    public OptionalInt number(int type) {
        var bytes = values.get(type);
        return bytes == null || bytes.length < 4
                ? OptionalInt.empty()
                : OptionalInt.of(ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()).getInt());
    }

    /** A number of 32 bits in network order. */
    public OptionalInt bigEndian32(int type) {
        var bytes = values.get(type);
        return bytes == null || bytes.length < 4
                ? OptionalInt.empty()
                : OptionalInt.of(ByteBuffer.wrap(bytes).getInt());
    }

    /** The attributes inside an attribute; none when it is missing. */
    public Attributes nested(int type) {
        return read(ByteBuffer.wrap(bytes(type).orElse(new byte[0])));
    }

    /** All values as they came, for lists whose elements share a type. */
    public List<byte[]> inOrder() {
        return inOrder;
    }
}
