package jong.engine.logs;

/**
 * Finds the members of one line of a json-file log in place, without building anything:
 *
 * <pre>{@code
 * {"log":"text\n","stream":"stdout","attrs":{"k":"v"},"time":"2026-01-02T03:04:05.123456789Z"}
 * }</pre>
 *
 * <p>Members may come in any order; unknown ones are skipped. Offsets point between the quotes of a
 * string, and at the braces of an object. Not safe for several threads.
 */
final class LogLine {

    private byte[] bytes = new byte[0];
    private int position;
    private int end;

    int textStart;
    int textEnd;
    int timeStart;
    int timeEnd;
    int attributesStart;
    int attributesEnd;
    boolean stderr;

    /** Whether {@code bytes} from {@code from} to {@code to} are such a line, without its end. */
    boolean parse(byte[] line, int from, int to) {
        bytes = line;
        position = from;
        end = to;
        textStart = textEnd = timeStart = timeEnd = attributesStart = attributesEnd = 0;
        stderr = false;
        if (!accept('{')) {
            return false;
        }
        boolean text = false;
        while (true) {
            int nameStart = openString();
            int nameEnd = nameStart < 0 ? -1 : closeString();
            if (nameEnd < 0 || !accept(':') || !value(nameStart, nameEnd)) {
                return false;
            }
            text |= isName(nameStart, nameEnd, 'l', 3);
            if (accept('}')) {
                return text && position == end;
            }
            if (!accept(',')) {
                return false;
            }
        }
    }

    private boolean value(int nameStart, int nameEnd) {
        if (position < end && bytes[position] == '"') {
            int start = openString();
            int stop = closeString();
            if (stop < 0) {
                return false;
            }
            take(nameStart, nameEnd, start, stop);
            return true;
        }
        int start = position;
        if (!skipValue()) {
            return false;
        }
        if (isName(nameStart, nameEnd, 'a', 5)) {
            attributesStart = start;
            attributesEnd = position;
        }
        return true;
    }

    /** The four known names differ in their first letter and length. */
    private boolean isName(int start, int stop, char first, int length) {
        return stop - start == length && bytes[start] == first;
    }

    private void take(int nameStart, int nameEnd, int start, int stop) {
        if (isName(nameStart, nameEnd, 'l', 3)) {
            textStart = start;
            textEnd = stop;
        } else if (isName(nameStart, nameEnd, 't', 4)) {
            timeStart = start;
            timeEnd = stop;
        } else if (isName(nameStart, nameEnd, 's', 6)) {
            stderr = stop - start == 6 && bytes[start + 3] == 'e';
        }
    }

    private boolean accept(char wanted) {
        if (position < end && bytes[position] == wanted) {
            position++;
            return true;
        }
        return false;
    }

    private int openString() {
        return accept('"') ? position : -1;
    }

    /** Moves behind the closing quote and returns where it is; -1 if there is none. */
    private int closeString() {
        byte[] line = bytes;
        int i = position;
        int stop = end;
        while (i < stop) {
            byte next = line[i];
            if (next == '"') {
                position = i + 1;
                return i;
            }
            i += next == '\\' ? 2 : 1;
        }
        return -1;
    }

    /** A number, a word or an object, whose strings may hold braces. */
    private boolean skipValue() {
        int depth = 0;
        while (position < end) {
            byte next = bytes[position];
            if (next == '"') {
                position++;
                if (closeString() < 0) {
                    return false;
                }
                continue;
            }
            if (depth == 0 && (next == ',' || next == '}')) {
                return true;
            }
            if (next == '{' || next == '[') {
                depth++;
            } else if (next == '}' || next == ']') {
                depth--;
            }
            position++;
        }
        return false;
    }
}
