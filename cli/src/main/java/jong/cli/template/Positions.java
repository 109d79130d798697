package jong.cli.template;

/** Lines and columns for error texts, counted as text/template counts them. */
final class Positions {

    private Positions() {}

    /** The line of an offset, from 1. */
    static int line(String source, int at) {
        int line = 1;
        for (int i = 0; i < at && i < source.length(); i++) {
            if (source.charAt(i) == '\n') {
                line++;
            }
        }
        return line;
    }

    /** {@code line:column}, the column from 0. */
    static String of(String source, int at) {
        return line(source, at) + ":" + (at - 1 - source.lastIndexOf('\n', at - 1));
    }
}
