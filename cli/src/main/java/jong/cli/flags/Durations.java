package jong.cli.flags;

import org.jspecify.annotations.Nullable;

/** Go's durations: {@code 300ms}, {@code -1.5h}, {@code 2h45m}. */
public final class Durations {

    private Durations() {}

    /** Nanoseconds, or null if the text is no duration. */
    public static @Nullable Long parse(String text) {
        String rest = text;
        boolean negative = rest.startsWith("-");
        if (negative || rest.startsWith("+")) {
            rest = rest.substring(1);
        }
        if (rest.equals("0")) {
            return 0L;
        }
        if (rest.isEmpty()) {
            return null;
        }
        double total = 0;
        while (!rest.isEmpty()) {
            int number = lengthOfNumber(rest);
            int unit = lengthOfUnit(rest, number);
            double factor = nanos(rest.substring(number, unit));
            if (number == 0 || factor == 0 || rest.substring(0, number).equals(".")) {
                return null;
            }
            total += Double.parseDouble(rest.substring(0, number)) * factor;
            rest = rest.substring(unit);
        }
        return Math.round(negative ? -total : total);
    }

    private static int lengthOfNumber(String text) {
        int at = 0;
        boolean dot = false;
        while (at < text.length()
                && (Character.isDigit(text.charAt(at)) || (text.charAt(at) == '.' && !dot))) {
            dot |= text.charAt(at) == '.';
            at++;
        }
        return at;
    }

    private static int lengthOfUnit(String text, int from) {
        int at = from;
        while (at < text.length()
                && text.charAt(at) != '.'
                && !Character.isDigit(text.charAt(at))) {
            at++;
        }
        return at;
    }

    private static double nanos(String unit) {
        return switch (unit) {
            case "ns" -> 1;
            case "us", "µs", "μs" -> 1e3;
            case "ms" -> 1e6;
            case "s" -> 1e9;
            case "m" -> 60e9;
            case "h" -> 3600e9;
            default -> 0;
        };
    }
}
