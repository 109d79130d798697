package jong.cli.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import jong.cli.failure.CommandException;
import jong.cli.flags.FlagSet;
import jong.cli.template.Fields;
import jong.cli.template.Template;
import jong.cli.template.TemplateException;
import jong.cli.text.TabWriter;
import org.jspecify.annotations.Nullable;

/**
 * Prints a list the way {@code --format} asks for: a table, a table with a template, JSON or a
 * template for each row.
 */
public final class ListFormat {

    private final String format;
    private final List<String> columns;
    private final Map<String, String> headers;

    /**
     * A format.
     *
     * @param format what the user gave; empty means {@code table}
     * @param columns the fields of the plain table
     * @param headers what stands above each field
     */
    public ListFormat(String format, List<String> columns, Map<String, String> headers) {
        this.format = format.isEmpty() ? "table" : format;
        this.columns = columns;
        this.headers = headers;
    }

    /** The format that the user gave, or else the one of the configuration file. */
    public static String chosen(Session session, FlagSet flags, String configured) {
        if (flags.given("format") || flags.on("quiet")) {
            return flags.text("format");
        }
        return session.config().text(configured);
    }

    /** Whether a row's field is shown at all, so that it is worth asking the daemon for. */
    public boolean mentions(String field) {
        return format.contains(field) || (format.equals("table") && columns.contains(field));
    }

    /**
     * The text for these rows.
     *
     * @throws CommandException if the template is wrong
     */
    public String print(List<? extends Fields> rows) {
        if (format.equals("table")) {
            return table(rows);
        }
        if (format.equals("json")) {
            return template("{{json .}}", rows, false);
        }
        if (format.startsWith("table")) {
            return template(format.substring("table".length()).strip(), rows, true);
        }
        return template(format, rows, false);
    }

    private String table(List<? extends Fields> rows) {
        var table = new TabWriter();
        var line = new StringBuilder();
        for (String column : columns) {
            line.append(line.isEmpty() ? "" : "\t").append(headers.getOrDefault(column, column));
        }
        table.line(line.toString());
        for (Fields row : rows) {
            line.setLength(0);
            for (int i = 0; i < columns.size(); i++) {
                line.append(i == 0 ? "" : "\t").append(row.field(columns.get(i), List.of()));
            }
            table.line(line.toString());
        }
        return table.toString();
    }

    private String template(String text, List<? extends Fields> rows, boolean aligned) {
        Template template;
        try {
            template = Template.parse(text.replace("\\t", "\t").replace("\\n", "\n"));
        } catch (TemplateException e) {
            throw new CommandException("failed to parse template: " + e.getMessage());
        }
        List<String> lines = new ArrayList<>();
        try {
            if (aligned) {
                lines.add(template.execute(new Header(headers)));
            }
            for (Fields row : rows) {
                lines.add(template.execute(row));
            }
        } catch (TemplateException e) {
            throw new CommandException("failed to execute template: " + e.getMessage());
        }
        return aligned ? align(lines) : String.join("\n", lines) + (lines.isEmpty() ? "" : "\n");
    }

    private static String align(List<String> lines) {
        var table = new TabWriter();
        for (String line : lines) {
            for (String part : line.split("\n", -1)) {
                table.line(part);
            }
        }
        return table.toString();
    }

    /** The row above all others: a field's value is its title. */
    private record Header(Map<String, String> headers) implements Fields {

        @Override
        public List<String> fieldNames() {
            return new ArrayList<>(headers.keySet());
        }

        @Override
        public boolean hasField(String name) {
            return name.equals("Label") || headers.containsKey(name);
        }

        @Override
        public @Nullable Object field(String name, List<@Nullable Object> arguments) {
            if (name.equals("Label") && !arguments.isEmpty()) {
                String label = String.valueOf(arguments.getFirst());
                String last = label.substring(label.lastIndexOf('.') + 1);
                return last.replace('-', ' ').replace('_', ' ');
            }
            return headers.getOrDefault(name, name);
        }

        @Override
        public String typeName() {
            return "formatter.SubHeaderContext";
        }
    }
}
