package jong.cli.image;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import jong.api.client.Request;
import jong.cli.command.Arity;
import jong.cli.command.Command;
import jong.cli.command.ListFormat;
import jong.cli.command.Session;
import jong.cli.command.Synopsis;
import jong.cli.command.TableRow;
import jong.cli.flags.FlagSet;
import jong.cli.text.Times;
import jong.cli.text.Units;
import jong.wire.json.JsonObject;

/** {@code history}. */
public final class History extends Command {

    private static final Map<String, String> HEADERS =
            Map.of(
                    "ID", "IMAGE",
                    "CreatedSince", "CREATED",
                    "CreatedAt", "CREATED AT",
                    "CreatedBy", "CREATED BY",
                    "Size", "SIZE",
                    "Comment", "COMMENT");

    /** Makes the command. */
    public History() {}

    @Override
    public Synopsis synopsis() {
        return new Synopsis(
                "[OPTIONS] IMAGE",
                "Show the history of an image",
                "image history, history",
                Arity.exactly(1));
    }

    @Override
    public String flags() {
        return """
              --format string     Format output using a custom template:
              'table':            Print output in table format with column headers \
        (default)
              'table TEMPLATE':   Print output in table format using the given Go \
        template
              'json':             Print in JSON format
              'TEMPLATE':         Print output using the given Go template.
              Refer to https://docs.docker.com/go/formatting/ for more information \
        about formatting output with templates
          -H, --human             Print sizes and dates in human readable format \
        (default true)
              --no-trunc          Don't truncate output
              --platform string   Show history for the given platform. Formatted as \
        "os[/arch[/variant]]" (e.g., "linux/amd64")
          -q, --quiet             Only show image IDs
        """;
    }

    @Override
    public int run(Session session, FlagSet flags) throws IOException {
        Request request = Request.get("/images/" + flags.arguments().getFirst() + "/history");
        PlatformFlag.add(request, session, flags, 48);
        boolean whole = flags.on("no-trunc");
        boolean human = flags.on("human", true);
        List<JsonObject> layers = session.client().list(request);
        if (flags.on("quiet")) {
            for (JsonObject layer : layers) {
                session.out().println(id(layer, whole));
            }
            return 0;
        }
        List<TableRow> rows = new ArrayList<>();
        for (JsonObject layer : layers) {
            rows.add(row(layer, whole, human));
        }
        List<String> columns =
                List.of("ID", human ? "CreatedSince" : "CreatedAt", "CreatedBy", "Size", "Comment");
        session.out().print(new ListFormat(flags.text("format"), columns, HEADERS).print(rows));
        return 0;
    }

    private static String id(JsonObject layer, boolean whole) {
        String id = layer.string("Id");
        return whole || id.equals("<missing>") ? id : Units.shortId(id);
    }

    private static TableRow row(JsonObject layer, boolean whole, boolean human) {
        long created = layer.number("Created");
        long age = System.currentTimeMillis() / 1000 - created;
        String by = layer.string("CreatedBy").replace('\t', ' ');
        return new TableRow(
                "*formatter.historyContext",
                Map.of(
                        "ID",
                        id(layer, whole),
                        "CreatedSince",
                        created <= 0 ? "N/A" : Units.duration(age) + " ago",
                        "CreatedAt",
                        Times.rfc3339(created),
                        "CreatedBy",
                        whole ? by : Units.ellipsis(by, 45),
                        "Size",
                        human
                                ? Units.size(layer.number("Size"))
                                : Long.toString(layer.number("Size")),
                        "Comment",
                        layer.string("Comment")));
    }
}
