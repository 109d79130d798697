package jong.cli.text;

/** Go's double-quoted strings ({@code strconv.Quote}): what {@code ps} puts around commands. */
public final class Quote {

    private Quote() {}

    /** The text in double quotes, with what cannot be seen, quotes and backslashes escaped. */
    public static String quote(String text) {
        var quoted = new StringBuilder("\"");
        text.codePoints().forEach(c -> append(quoted, c));
        return quoted.append('"').toString();
    }

    private static void append(StringBuilder quoted, int c) {
        switch (c) {
            case '"' -> quoted.append("\\\"");
            case '\\' -> quoted.append("\\\\");
            case 0x07 -> quoted.append("\\a");
            case '\b' -> quoted.append("\\b");
            case '\f' -> quoted.append("\\f");
            case '\n' -> quoted.append("\\n");
            case '\r' -> quoted.append("\\r");
            case '\t' -> quoted.append("\\t");
            case 0x0b -> quoted.append("\\v");
            default -> {
                if (c < ' ' || c == 0x7f) {
                    quoted.append("\\x%02x".formatted(c));
                } else if (Character.isISOControl(c)) {
                    quoted.append("\\u%04x".formatted(c));
                } else {
                    quoted.appendCodePoint(c);
                }
            }
        }
    }
}
