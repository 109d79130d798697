package jong.cli.network;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import jong.api.client.Request;
import jong.cli.command.Arity;
import jong.cli.command.Command;
import jong.cli.command.FilterFlag;
import jong.cli.command.ListFormat;
import jong.cli.command.Session;
import jong.cli.command.Synopsis;
import jong.cli.command.TableRow;
import jong.cli.flags.FlagSet;
import jong.cli.text.Units;
import jong.wire.json.JsonObject;

/** {@code network ls}. */
public final class NetworkList extends Command {

    private static final Map<String, String> HEADERS =
            Map.of(
                    "ID", "NETWORK ID",
                    "Name", "NAME",
                    "Driver", "DRIVER",
                    "Scope", "SCOPE",
                    "IPv4", "IPV4",
                    "IPv6", "IPV6",
                    "Internal", "INTERNAL",
                    "Labels", "LABELS",
                    "CreatedAt", "CREATED AT");

    /** Makes the command. */
    public NetworkList() {}

    @Override
    public Synopsis synopsis() {
        return new Synopsis("[OPTIONS]", "List networks", "network ls, network list", Arity.NONE);
    }

    @Override
    public String flags() {
        return """
          -f, --filter filter   Provide filter values (e.g. "driver=bridge")
              --format string   Format output using a custom template:
              'table':            Print output in table format with column headers \
        (default)
              'table TEMPLATE':   Print output in table format using the given Go \
        template
              'json':             Print in JSON format
              'TEMPLATE':         Print output using the given Go template.
              Refer to https://docs.docker.com/go/formatting/ for more information \
        about formatting output with templates
              --no-trunc        Do not truncate the output
          -q, --quiet           Only display network IDs
        """;
    }

    @Override
    public int run(Session session, FlagSet flags) throws IOException {
        Request request = Request.get("/networks").filters(FilterFlag.read(flags));
        List<JsonObject> networks = new ArrayList<>(session.client().list(request));
        networks.sort((a, b) -> a.string("Name").compareTo(b.string("Name")));
        boolean whole = flags.on("no-trunc");
        List<TableRow> rows = new ArrayList<>();
        for (JsonObject network : networks) {
            String id = whole ? network.string("Id") : Units.shortId(network.string("Id"));
            if (flags.on("quiet") && !flags.given("format")) {
                session.out().println(id);
            } else {
                rows.add(row(network, id));
            }
        }
        if (!flags.on("quiet") || flags.given("format")) {
            String format = ListFormat.chosen(session, flags, "networksFormat");
            List<String> columns = List.of("ID", "Name", "Driver", "Scope");
            session.out().print(new ListFormat(format, columns, HEADERS).print(rows));
        }
        return 0;
    }

    private static TableRow row(JsonObject network, String id) {
        JsonObject labels = network.object("Labels");
        return new TableRow(
                "*formatter.networkContext",
                Map.of(
                        "ID", id,
                        "Name", network.string("Name"),
                        "Driver", network.string("Driver"),
                        "Scope", network.string("Scope"),
                        "IPv4", Boolean.toString(network.flag("EnableIPv4")),
                        "IPv6", Boolean.toString(network.flag("EnableIPv6")),
                        "Internal", Boolean.toString(network.flag("Internal")),
                        "Labels", TableRow.join(labels),
                        "CreatedAt",
                                network.string("Created")
                                        .replace('T', ' ')
                                        .replace("Z", " +0000 UTC")),
                labels);
    }
}
