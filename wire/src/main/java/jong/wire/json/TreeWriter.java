package jong.wire.json;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes trees without white space and without HTML escaping.
 *
 * <p>It has chains of conditions, not switches over types: those link themselves at their first
 * use, which costs a short-lived program more than all the rest of JSON.
 */
final class TreeWriter {

    private static final String ESCAPED = "\"\\\b\f\n\r\t";
    private static final String LETTERS = "\"\\bfnrt";
    private static final String HEX = "0123456789ABCDEF";
    private static final int FIRST_PRINTABLE = 0x20;

    private final StringBuilder out;

    TreeWriter(StringBuilder out) {
        this.out = out;
    }

    void write(@Nullable Object value) {
        if (value instanceof String text) {
            writeString(text);
        } else if (value instanceof Map<?, ?> map) {
            char separator = '{';
            for (var entry : map.entrySet()) {
                out.append(separator);
                writeString(entry.getKey().toString());
                out.append(':');
                write(entry.getValue());
                separator = ',';
            }
            out.append(map.isEmpty() ? "{}" : "}");
        } else if (value instanceof Iterable<?> list) {
            String separator = "";
            out.append('[');
            for (Object element : list) {
                out.append(separator);
                write(element);
                separator = ",";
            }
            out.append(']');
        } else {
            writeScalar(value);
        }
    }

    private void writeScalar(@Nullable Object value) {
        if (value == null) {
            out.append("null");
        } else if (value instanceof Boolean flag) {
            out.append(flag.booleanValue());
        } else if (value instanceof Double number) {
            out.append(Json.goNumber(number));
        } else if (value instanceof Number number) {
            out.append(number.longValue());
        } else if (value instanceof Enum<?> constant) {
            writeString(constant.toString());
        } else {
            throw new IllegalArgumentException("not JSON: " + value.getClass());
        }
    }

    private void writeString(String text) {
        out.append('"');
        int written = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < FIRST_PRINTABLE || c == '"' || c == '\\') {
                out.append(text, written, i);
                writeEscape(c);
                written = i + 1;
            }
        }
        out.append(text, written, text.length()).append('"');
    }

    private void writeEscape(char c) {
        int index = ESCAPED.indexOf(c);
        if (index >= 0) {
            out.append('\\').append(LETTERS.charAt(index));
        } else {
            out.append("\\u00").append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 15));
        }
    }
}
