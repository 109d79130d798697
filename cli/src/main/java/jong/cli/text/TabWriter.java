package jong.cli.text;

import java.util.ArrayList;
import java.util.List;

/**
 * Aligns text that has tabs between its cells, as docker's tables are aligned: a column is as wide
 * as its widest cell and three spaces more, at least ten. A line's last cell belongs to no column.
 * A column reaches only over lines next to each other that have it.
 */
public final class TabWriter {

    private static final int MINIMUM = 10;
    private static final int PADDING = 3;

    private final int minimum;
    private final List<String[]> lines = new ArrayList<>();

    /** A table with docker's widths. */
    public TabWriter() {
        this(MINIMUM);
    }

    /** A table whose columns are at least {@code minimum} wide. */
    public TabWriter(int minimum) {
        this.minimum = minimum;
    }

    /** Adds a line; its cells are divided by tabs. */
    public void line(String text) {
        List<String> cells = new ArrayList<>(8);
        int at = 0;
        for (int tab = text.indexOf('\t'); tab >= 0; tab = text.indexOf('\t', at)) {
            cells.add(text.substring(at, tab));
            at = tab + 1;
        }
        cells.add(text.substring(at));
        lines.add(cells.toArray(new String[0]));
    }

    /** The aligned lines, each with its line break. */
    @Override
    public String toString() {
        int[][] widths = new int[lines.size()][];
        for (int i = 0; i < widths.length; i++) {
            widths[i] = new int[lines.get(i).length - 1];
        }
        for (int i = 0; i < widths.length; i++) {
            for (int column = 0; column < widths[i].length; column++) {
                if (widths[i][column] == 0) {
                    setWidth(widths, i, column);
                }
            }
        }
        var out = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            append(out, lines.get(i), widths[i]);
        }
        return out.toString();
    }

    private void setWidth(int[][] widths, int first, int column) {
        int end = first;
        int width = 0;
        for (; end < widths.length && column < widths[end].length; end++) {
            width = Math.max(width, columns(lines.get(end)[column]));
        }
        width = Math.max(width + PADDING, minimum);
        for (int i = first; i < end; i++) {
            widths[i][column] = width;
        }
    }

    private static void append(StringBuilder out, String[] cells, int[] widths) {
        for (int i = 0; i < cells.length; i++) {
            out.append(cells[i]);
            if (i < widths.length) {
                out.repeat(' ', widths[i] - columns(cells[i]));
            }
        }
        out.append('\n');
    }

    private static int columns(String cell) {
        return cell.codePointCount(0, cell.length());
    }
}
