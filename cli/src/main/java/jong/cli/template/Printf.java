package jong.cli.template;

import java.util.List;
import jong.cli.text.Quote;
import org.jspecify.annotations.Nullable;

/** Go's {@code printf} for the verbs that make sense with JSON values. */
final class Printf {

    private Printf() {}

    static String format(String format, List<@Nullable Object> arguments) {
        var out = new StringBuilder();
        int used = 0;
        int at = 0;
        while (at < format.length()) {
            char c = format.charAt(at++);
            if (c != '%' || at == format.length()) {
                out.append(c);
                continue;
            }
            int start = at;
            while (at < format.length() - 1 && "+-# 0123456789.".indexOf(format.charAt(at)) >= 0) {
                at++;
            }
            char verb = format.charAt(at);
            if (verb == '%') {
                out.append('%');
            } else if (used >= arguments.size()) {
                out.append("%!").append(verb).append("(MISSING)");
            } else {
                out.append(pad(format.substring(start, at), verb, arguments.get(used++)));
            }
            at++;
        }
        return out.toString();
    }

    private static String pad(String flags, char verb, @Nullable Object value) {
        int dot = flags.indexOf('.');
        String widths = dot < 0 ? flags : flags.substring(0, dot);
        boolean left = widths.contains("-");
        boolean zero = !left && widths.startsWith("0");
        String digits = widths.replace("-", "").replace("+", "").replace("#", "").strip();
        int width = digits.isEmpty() ? 0 : Math.min(Integer.parseInt(digits), 1000);
        int precision = dot < 0 ? -1 : precision(flags.substring(dot + 1));
        String text = text(verb, precision, value);
        String fill = (zero ? "0" : " ").repeat(Math.max(0, width - text.length()));
        return left ? text + fill : fill + text;
    }

    private static int precision(String digits) {
        return digits.isEmpty() ? 0 : Math.min(Integer.parseInt(digits), 100);
    }

    private static String text(char verb, int precision, @Nullable Object value) {
        return switch (verb) {
            case 's', 'v' -> {
                String text = Values.print(value);
                yield precision >= 0 && precision < text.length()
                        ? text.substring(0, precision)
                        : text;
            }
            case 'q' -> Quote.quote(Values.print(value));
            case 'd', 't' -> Values.print(value);
            case 'x' -> value instanceof Long number ? Long.toHexString(number) : hex(value);
            case 'f' ->
                    new java.math.BigDecimal(value instanceof Number n ? n.toString() : "0")
                            .setScale(
                                    precision < 0 ? 6 : precision, java.math.RoundingMode.HALF_EVEN)
                            .toPlainString();
            case 'T' -> Values.typeName(value);
            default -> "%!" + verb + "(" + Values.print(value) + ")";
        };
    }

    private static String hex(@Nullable Object value) {
        return java.util.HexFormat.of()
                .formatHex(Values.print(value).getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }
}
