package jong.network.names;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.Optional;

/** Names as messages have them: labels with their lengths in front (RFC 1035 section 3.1). */
final class WireName {
    private static final int LONGEST_NAME = 255;
    private static final int LONGEST_LABEL = 63;
    private static final int POINTER = 0xc0;

    private WireName() {}

    /**
     * Reads the name of a question: in front of it is nothing that it could point to.
     *
     * @return in lower case, without the last dot
     */
    static String read(ByteBuffer from) throws MalformedMessageException {
        int begin = from.position();
        var name = new StringBuilder();
        for (int length = next(from); length > 0; length = next(from)) {
            int end = from.position() + length + 1; // Behind the length that ends the name.
            if (length > LONGEST_LABEL || length > from.remaining() || end - begin > LONGEST_NAME) {
                throw new MalformedMessageException();
            }
            if (!name.isEmpty()) {
                name.append('.');
            }
            for (int i = 0; i < length; i++) {
                append(name, from.get() & 0xff);
            }
        }
        return name.toString();
    }

    /** Goes past the name of a record, which may end in a pointer. */
    static void skip(ByteBuffer from) throws MalformedMessageException {
        for (int length = next(from); length > 0; length = next(from)) {
            boolean pointer = (length & POINTER) == POINTER;
            int bytes = pointer ? 1 : length;
            if ((!pointer && length > LONGEST_LABEL) || bytes > from.remaining()) {
                throw new MalformedMessageException();
            }
            from.position(from.position() + bytes);
            if (pointer) {
                return;
            }
        }
    }

    /** A name for an answer; empty if it cannot be one. */
    static Optional<byte[]> bytes(String name) {
        var bytes = ByteBuffer.allocate(LONGEST_NAME);
        for (var label : name.split("\\.", -1)) {
            byte[] text = label.getBytes(UTF_8);
            boolean fits = text.length + 2 <= bytes.remaining();
            if (text.length == 0 || text.length > LONGEST_LABEL || !fits) {
                return Optional.empty();
            }
            bytes.put((byte) text.length).put(text);
        }
        bytes.put((byte) 0).flip();
        var whole = new byte[bytes.remaining()];
        bytes.get(whole);
        return Optional.of(whole);
    }

    private static int next(ByteBuffer from) throws MalformedMessageException {
        if (!from.hasRemaining()) {
            throw new MalformedMessageException();
        }
        return from.get() & 0xff;
    }

    /** Names are compared as ASCII without regard to case (RFC 4343). */
    private static void append(StringBuilder name, int character) {
        if (character >= 'A' && character <= 'Z') {
            name.append((char) (character + 'a' - 'A'));
        } else if (character > ' ' && character < 0x7f && character != '.' && character != '\\') {
            name.append((char) character);
        } else {
            name.append('\\')
                    .append(character / 100)
                    .append(character / 10 % 10)
                    .append(character % 10);
        }
    }
}
