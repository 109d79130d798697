package jong.cli.flags;

import java.util.List;

/** Lays the flags out in two columns, the second one wrapped. */
final class FlagHelp {

    /** A line may be this much longer than its column where that spares a line. */
    private static final int SLOP = 5;

    private FlagHelp() {}

    static String lines(List<Flag> flags, int columns) {
        int width = 0;
        for (Flag flag : flags) {
            width = Math.max(width, left(flag).length());
        }
        int indent = width + 3;
        var out = new StringBuilder();
        for (Flag flag : flags) {
            String left = left(flag);
            out.append(left).append(" ".repeat(indent - left.length()));
            wrap(out, flag.usage(), indent, columns - 1 - indent - SLOP);
            out.append('\n');
        }
        return out.toString();
    }

    private static String left(Flag flag) {
        String start = flag.shorthand() == 0 ? "      --" : "  -" + flag.shorthand() + ", --";
        return start + flag.name() + (flag.isSwitch() ? "" : " " + flag.type());
    }

    private static void wrap(StringBuilder out, String usage, int indent, int width) {
        String rest = usage;
        while (true) {
            int cut = cut(rest, width);
            out.append(rest, 0, cut);
            if (cut == rest.length()) {
                return;
            }
            rest = rest.substring(cut + 1);
            out.append('\n').append(" ".repeat(indent));
        }
    }

    /** Where the line ends: at a line break, else at the last space that fits. */
    private static int cut(String text, int width) {
        int newline = text.indexOf('\n');
        if (newline >= 0 && newline <= width) {
            return newline;
        }
        if (text.length() < width + SLOP) {
            return newline < 0 ? text.length() : newline;
        }
        int space = text.lastIndexOf(' ', width - 1);
        return space > 0 ? space : newline >= 0 ? newline : text.length();
    }
}
