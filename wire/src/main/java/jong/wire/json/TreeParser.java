package jong.wire.json;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads one JSON text that is whole in memory (RFC 8259, strictly). Used once, by one thread.
 *
 * <p>Written by hand for programs that live for a tenth of a second: the first text costs the
 * library that reads streams 14 ms in a cold JVM, whatever its size, and this one less than 1 ms.
 */
final class TreeParser {

    private static final int DEEPEST = 1000;
    private static final int LONGEST_NUMBER = 1000;
    private static final int FIRST_PRINTABLE = 0x20;
    private static final int HEX_DIGITS = 4;

    private final byte[] bytes;
    private int at;
    private int depth;

    TreeParser(byte[] utf8) {
        this.bytes = utf8;
    }

    /**
     * The text's one value.
     *
     * @throws JsonException if there is none, or more
     */
    @Nullable Object parse() {
        if (next() < 0) {
            throw new JsonException("unexpected end of JSON input");
        }
        Object value = value();
        if (next() >= 0) {
            throw new JsonException("unexpected content after JSON");
        }
        return value;
    }

    /** Passes over white space; what stands behind it, or −1 at the end. */
    private int next() {
        while (at < bytes.length) {
            byte b = bytes[at];
            if (b != ' ' && b != '\n' && b != '\r' && b != '\t') {
                return b & 0xff;
            }
            at++;
        }
        return -1;
    }

    private @Nullable Object value() {
        int first = next();
        if (first == '"') {
            return string();
        }
        if (first == '{') {
            return object();
        }
        if (first == '[') {
            return array();
        }
        if (first == '-' || isDigit(first)) {
            return number();
        }
        if (first == 't') {
            return word("true", true);
        }
        if (first == 'f') {
            return word("false", false);
        }
        if (first == 'n') {
            return word("null", null);
        }
        throw unexpected("a value");
    }

    private JsonObject object() {
        var object = new JsonObject();
        enter();
        if (next() == '}') {
            at++;
        } else {
            do {
                if (next() != '"') {
                    throw unexpected("a name");
                }
                String name = string();
                if (next() != ':') {
                    throw unexpected("a colon");
                }
                at++;
                object.put(name, value());
            } while (goesOn('}'));
        }
        depth--;
        return object;
    }

    private List<@Nullable Object> array() {
        List<@Nullable Object> list = new ArrayList<>();
        enter();
        if (next() == ']') {
            at++;
        } else {
            do {
                list.add(value());
            } while (goesOn(']'));
        }
        depth--;
        return list;
    }

    private void enter() {
        at++;
        if (++depth > DEEPEST) {
            throw new JsonException("invalid JSON: more than " + DEEPEST + " levels");
        }
    }

    private boolean goesOn(char end) {
        int separator = next();
        if (separator != ',' && separator != end) {
            throw unexpected("a comma or " + end);
        }
        at++;
        return separator == ',';
    }

    private @Nullable Object word(String word, @Nullable Object value) {
        for (int i = 0; i < word.length(); i++, at++) {
            if (at == bytes.length || bytes[at] != word.charAt(i)) {
                throw unexpected(word);
            }
        }
        return value;
    }

    /** Most strings have no escapes: those are their bytes. */
    private String string() {
        int start = ++at;
        while (true) {
            int b = stringByte();
            if (b == '"') {
                return decode(start, at++);
            }
            if (b == '\\') {
                return escapedString(start);
            }
            at++;
        }
    }

    private String escapedString(int start) {
        var text = new StringBuilder();
        int from = start;
        while (true) {
            int b = stringByte();
            if (b == '"') {
                return text.append(decode(from, at++)).toString();
            }
            if (b == '\\') {
                text.append(decode(from, at++)).append(escape());
                from = at;
            } else {
                at++;
            }
        }
    }

    private int stringByte() {
        if (at == bytes.length) {
            throw unexpected("the end of a string");
        }
        int b = bytes[at] & 0xff;
        if (b < FIRST_PRINTABLE) {
            throw unexpected("a printable character");
        }
        return b;
    }

    private String decode(int start, int end) {
        for (int i = start; i < end; i++) {
            if (bytes[i] < 0) {
                return decodeStrictly(start, end);
            }
        }
        return new String(bytes, start, end - start, UTF_8);
    }

    private String decodeStrictly(int start, int end) {
        try {
            ByteBuffer part = ByteBuffer.wrap(bytes, start, end - start);
            return UTF_8.newDecoder().decode(part).toString();
        } catch (CharacterCodingException e) {
            throw new JsonException("invalid JSON: not UTF-8 behind byte " + start, e);
        }
    }

    private char escape() {
        int letter = at == bytes.length ? -1 : bytes[at++];
        if (letter == 'u') {
            return unicode();
        }
        int index = "\"\\/bfnrt".indexOf(letter);
        if (index < 0) {
            at--;
            throw unexpected("an escape");
        }
        return "\"\\/\b\f\n\r\t".charAt(index);
    }

    private char unicode() {
        int value = 0;
        for (int i = 0; i < HEX_DIGITS; i++, at++) {
            int digit = at == bytes.length ? -1 : Character.digit(bytes[at], 16);
            if (digit < 0) {
                throw unexpected("a hexadecimal digit");
            }
            value = value * 16 + digit;
        }
        return (char) value;
    }

    private Object number() {
        int start = at;
        at += bytes[at] == '-' ? 1 : 0;
        if (at < bytes.length && bytes[at] == '0') {
            at++;
        } else {
            digits();
        }
        boolean whole = true;
        if (at < bytes.length && bytes[at] == '.') {
            whole = false;
            at++;
            digits();
        }
        if (at < bytes.length && (bytes[at] == 'e' || bytes[at] == 'E')) {
            whole = false;
            at++;
            at += at < bytes.length && (bytes[at] == '+' || bytes[at] == '-') ? 1 : 0;
            digits();
        }
        return number(decode(start, at), whole);
    }

    private void digits() {
        int start = at;
        while (at < bytes.length && isDigit(bytes[at])) {
            at++;
        }
        if (at == start) {
            throw unexpected("a digit");
        }
    }

    private static Object number(String text, boolean whole) {
        if (text.length() > LONGEST_NUMBER) {
            throw new JsonException("invalid JSON: a number of " + text.length() + " digits");
        }
        try {
            return whole ? (Object) Long.valueOf(text) : (Object) Double.valueOf(text);
        } catch (NumberFormatException e) {
            return Double.valueOf(text);
        }
    }

    private static boolean isDigit(int character) {
        return character >= '0' && character <= '9';
    }

    private JsonException unexpected(String wanted) {
        return new JsonException(
                at >= bytes.length
                        ? "invalid JSON: unexpected end: expected " + wanted
                        : "invalid JSON: byte " + at + ": expected " + wanted);
    }
}
