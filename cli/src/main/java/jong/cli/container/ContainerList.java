package jong.cli.container;

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
import jong.cli.flags.FlagSet;
import jong.cli.text.Units;
import jong.wire.json.JsonObject;

/** {@code ps}. */
public final class ContainerList extends Command {

    private static final List<String> COLUMNS =
            List.of("ID", "Image", "Command", "RunningFor", "Status", "Ports", "Names");
    private static final List<String> COLUMNS_WITH_SIZE =
            List.of("ID", "Image", "Command", "RunningFor", "Status", "Ports", "Names", "Size");
    private static final Map<String, String> HEADERS =
            Map.ofEntries(
                    Map.entry("ID", "CONTAINER ID"),
                    Map.entry("Image", "IMAGE"),
                    Map.entry("Command", "COMMAND"),
                    Map.entry("CreatedAt", "CREATED AT"),
                    Map.entry("RunningFor", "CREATED"),
                    Map.entry("Platform", "PLATFORM"),
                    Map.entry("Ports", "PORTS"),
                    Map.entry("State", "STATE"),
                    Map.entry("Status", "STATUS"),
                    Map.entry("Names", "NAMES"),
                    Map.entry("Size", "SIZE"),
                    Map.entry("Labels", "LABELS"),
                    Map.entry("Mounts", "MOUNTS"),
                    Map.entry("LocalVolumes", "LOCAL VOLUMES"),
                    Map.entry("Networks", "NETWORKS"));

    /** Makes the command. */
    public ContainerList() {}

    @Override
    public Synopsis synopsis() {
        return new Synopsis(
                "[OPTIONS]",
                "List containers",
                "container ls, container list, container ps, ps",
                Arity.NONE);
    }

    @Override
    public String flags() {
        return """
          -a, --all             Show all containers (default shows just running)
          -f, --filter filter   Filter output based on conditions provided
              --format string   Format output using a custom template:
              'table':            Print output in table format with column headers \
        (default)
              'table TEMPLATE':   Print output in table format using the given Go \
        template
              'json':             Print in JSON format
              'TEMPLATE':         Print output using the given Go template.
              Refer to https://docs.docker.com/go/formatting/ for more information \
        about formatting output with templates
          -n, --last int        Show n last created containers (includes all states) \
        (default -1)
          -l, --latest          Show the latest created container (includes all states)
              --no-trunc        Don't truncate output
          -q, --quiet           Only display container IDs
          -s, --size            Display total file sizes
        """;
    }

    @Override
    public int run(Session session, FlagSet flags) throws IOException {
        boolean quiet = flags.on("quiet");
        var format =
                new ListFormat(
                        ListFormat.chosen(session, flags, "psFormat"),
                        flags.on("size") ? COLUMNS_WITH_SIZE : COLUMNS,
                        HEADERS);
        List<JsonObject> containers = session.client().list(request(flags, format));
        boolean whole = flags.on("no-trunc");
        if (quiet && !flags.given("format")) {
            for (JsonObject container : containers) {
                String id = container.string("Id");
                session.out().println(whole ? id : Units.shortId(id));
            }
            return 0;
        }
        List<ContainerRow> rows = new ArrayList<>(containers.size());
        for (JsonObject container : containers) {
            rows.add(new ContainerRow(container, whole));
        }
        session.out().print(format.print(rows));
        return 0;
    }

    private static Request request(FlagSet flags, ListFormat format) {
        long last = flags.number("last", -1);
        if (flags.on("latest") && last == -1) {
            last = 1;
        }
        Request request = Request.get("/containers/json").flag("all", flags.on("all"));
        if (last > 0) {
            request.query("limit", Long.toString(last));
        }
        return request.flag("size", flags.on("size") || format.mentions(".Size"))
                .filters(FilterFlag.read(flags));
    }
}
