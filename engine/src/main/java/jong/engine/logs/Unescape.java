package jong.engine.logs;

/** The bytes that a JSON string stands for. */
final class Unescape {

    private Unescape() {}

    /**
     * Copies what is between a JSON string's quotes, escapes resolved. The result is never longer
     * than the source. Escapes that JSON does not know are kept as they are.
     *
     * @return the position in {@code to} behind the last byte written
     */
    static int copy(byte[] from, int start, int end, byte[] to, int at) {
        int i = start;
        int run = start;
        while (i < end) {
            if (from[i] != '\\') {
                i++;
                continue;
            }
            System.arraycopy(from, run, to, at, i - run);
            at += i - run;
            if (i + 1 >= end) {
                run = i;
                break;
            }
            if (from[i + 1] == 'u' && i + 6 <= end) {
                int unit = hex(from, i + 2);
                i += 6;
                if (Character.isHighSurrogate((char) unit) && isUnicodeEscape(from, i, end)) {
                    int low = hex(from, i + 2);
                    if (Character.isLowSurrogate((char) low)) {
                        unit = Character.toCodePoint((char) unit, (char) low);
                        i += 6;
                    }
                }
                at = encode(unit, to, at);
            } else {
                to[at++] = simple(from[i + 1]);
                i += 2;
            }
            run = i;
        }
        System.arraycopy(from, run, to, at, end - run);
        return at + end - run;
    }

    private static boolean isUnicodeEscape(byte[] from, int i, int end) {
        return i + 6 <= end && from[i] == '\\' && from[i + 1] == 'u';
    }

    private static byte simple(byte escaped) {
        return switch (escaped) {
            case 'n' -> '\n';
            case 't' -> '\t';
            case 'r' -> '\r';
            case 'b' -> '\b';
            case 'f' -> '\f';
            default -> escaped;
        };
    }

    private static int hex(byte[] from, int at) {
        int value = 0;
        for (int i = at; i < at + 4; i++) {
            value = (value << 4) | (Character.digit(from[i], 16) & 0xf);
        }
        return value;
    }

    /** As UTF-8; half a surrogate pair becomes U+FFFD. */
    private static int encode(int point, byte[] to, int at) {
        int code = point >= 0xd800 && point <= 0xdfff ? 0xfffd : point;
        if (code < 0x80) {
            to[at++] = (byte) code;
        } else if (code < 0x800) {
            to[at++] = (byte) (0xc0 | (code >> 6));
            to[at++] = (byte) (0x80 | (code & 0x3f));
        } else if (code < 0x10000) {
            to[at++] = (byte) (0xe0 | (code >> 12));
            to[at++] = (byte) (0x80 | (code >> 6 & 0x3f));
            to[at++] = (byte) (0x80 | (code & 0x3f));
        } else {
            to[at++] = (byte) (0xf0 | (code >> 18));
            to[at++] = (byte) (0x80 | (code >> 12 & 0x3f));
            to[at++] = (byte) (0x80 | (code >> 6 & 0x3f));
            to[at++] = (byte) (0x80 | (code & 0x3f));
        }
        return at;
    }
}
