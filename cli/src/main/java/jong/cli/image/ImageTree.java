package jong.cli.image;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import jong.cli.text.Units;
import jong.wire.json.JsonObject;

/** Images with what each is on the platforms that its index lists, as {@code images --tree}. */
final class ImageTree {

    private static final String GAP = "   ";
    private static final int ID_WIDTH = 12;
    private static final int USAGE_WIDTH = 10;
    private static final int CONTENT_WIDTH = 12;
    private static final int LEAST_NAME_WIDTH = 12;

    /** Docker counts the bytes of a branch, not its characters. */
    private static final int BRANCH_BYTES = 7;

    private static final String IN_USE = "U";

    private final PrintStream out;
    private final Style style;
    private final int width;
    private final List<Row> rows = new ArrayList<>();
    private boolean branches;
    private boolean used;

    /**
     * A tree of no images yet.
     *
     * @param terminal whether {@code out} takes colours
     * @param width its columns
     */
    ImageTree(PrintStream out, boolean terminal, int width) {
        this.out = out;
        this.style = new Style(terminal);
        this.width = Math.max(width, 20);
    }

    /** An image or one of its platforms. */
    private record Line(
            String name, String id, long usage, long content, boolean inUse, boolean available) {}

    /** An image with its names but the one of its line, the longest first, and its platforms. */
    private record Row(List<String> names, Line line, List<Line> platforms, long created) {}

    /** Adds an image as the API shows it with {@code manifests=1}. */
    void add(JsonObject image) {
        List<Line> platforms = new ArrayList<>();
        long content = 0;
        boolean inUse = image.number("Containers") > 0;
        for (JsonObject manifest : image.objects("Manifests")) {
            content += manifest.object("Size").number("Content");
            if (manifest.string("Kind").equals("image")) {
                Line platform = platform(manifest);
                inUse |= platform.inUse();
                used |= platform.inUse();
                platforms.add(platform);
            }
        }
        branches |= !platforms.isEmpty();
        List<String> names = new ArrayList<>(image.strings("RepoTags"));
        names.sort(Comparator.comparingInt(String::length).reversed());
        String last = names.isEmpty() ? "<untagged>" : names.removeLast();
        var line = new Line(last, image.string("Id"), image.number("Size"), content, inUse, true);
        rows.add(new Row(names, line, platforms, image.number("Created")));
    }

    private static Line platform(JsonObject manifest) {
        JsonObject data = manifest.object("ImageData");
        JsonObject platform = data.object("Platform");
        String variant = platform.string("variant");
        return new Line(
                platform.string("os")
                        + "/"
                        + platform.string("architecture")
                        + (variant.isEmpty() ? "" : "/" + variant),
                manifest.string("ID"),
                manifest.object("Size").number("Total"),
                manifest.object("Size").number("Content"),
                !data.strings("Containers").isEmpty(),
                manifest.flag("Available"));
    }

    /** Prints all images, the newest first. */
    void print() {
        int nameWidth = nameWidth();
        out.println(
                style.warning(
                        "WARNING: This is an experimental feature. The output may change and"
                                + " shouldn't be depended on."));
        String legend = style.legend();
        out.println(" ".repeat(Math.max(0, width - style.width(legend))) + legend);
        out.println();
        out.println(
                String.join(
                        GAP,
                        style.title(left("IMAGE", nameWidth)),
                        style.title(left("ID", ID_WIDTH)),
                        style.title(right("DISK USAGE", USAGE_WIDTH)),
                        style.title(right("CONTENT SIZE", CONTENT_WIDTH)),
                        style.title("EXTRA")));
        rows.sort(Comparator.comparingLong(Row::created).reversed());
        for (Row row : rows) {
            row.names().forEach(name -> out.println(style.name(name)));
            String name = left(row.line().name(), nameWidth);
            print(style.name(name), row.line());
            for (Line platform : row.platforms()) {
                boolean last = platform.equals(row.platforms().getLast());
                String text = left((last ? "└─ " : "├─ ") + platform.name(), nameWidth);
                print(platform.available() ? text : style.faint(text), platform);
            }
            if (branches) {
                out.println();
            }
        }
    }

    private void print(String name, Line line) {
        String details =
                String.join(
                        GAP,
                        left(Units.shortId(line.id()), ID_WIDTH),
                        right(Units.size(line.usage()), USAGE_WIDTH),
                        right(Units.size(line.content()), CONTENT_WIDTH));
        String extra = used ? style.chip(line.inUse() ? IN_USE : " ") : "";
        out.println(
                name
                        + GAP
                        + (line.available() ? details : style.faint(details))
                        + GAP
                        + extra
                        + " ".repeat(Math.max(0, "EXTRA".length() - style.width(extra))));
    }

    private int nameWidth() {
        int widest = "IMAGE".length();
        for (Row row : rows) {
            for (String name : row.names()) {
                widest = Math.max(widest, name.length());
            }
            if (!row.line().name().startsWith("<")) {
                widest = Math.max(widest, row.line().name().length());
            }
            for (Line platform : row.platforms()) {
                widest = Math.max(widest, platform.name().length() + BRANCH_BYTES);
            }
        }
        int others = ID_WIDTH + USAGE_WIDTH + CONTENT_WIDTH + "EXTRA".length() + 4 * GAP.length();
        return Math.min(widest, Math.max(LEAST_NAME_WIDTH, width - others));
    }

    private static String left(String text, int width) {
        String cut = Units.ellipsis(text, width);
        return cut + " ".repeat(Math.max(0, width - cut.length()));
    }

    private static String right(String text, int width) {
        return " ".repeat(Math.max(0, width - text.length())) + text;
    }

    /** How things look; without a terminal, plain. */
    private record Style(boolean terminal) {

        private static final String ESCAPES = "\u001b\\[[0-9;]*m";

        String warning(String text) {
            return in("93", text);
        }

        String title(String text) {
            return in("1", text);
        }

        String name(String text) {
            return text.startsWith("<untagged>") ? faint(text) : in("34;1", text);
        }

        String faint(String text) {
            return in("2", text);
        }

        String chip(String text) {
            if (!terminal || text.isBlank()) {
                return terminal ? " " + text + " " : text;
            }
            return in("38;5;0;48;5;14", " " + text + " ");
        }

        String legend() {
            String header = terminal ? in("1;106;30", "i") + in("96", " Info → ") : " Info -> ";
            return header + " " + chip(IN_USE) + " In Use ";
        }

        int width(String text) {
            return text.replaceAll(ESCAPES, "").length();
        }

        private String in(String attributes, String text) {
            return terminal ? "\u001b[" + attributes + "m" + text + "\u001b[0m" : text;
        }
    }
}
