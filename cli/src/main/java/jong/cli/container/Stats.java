package jong.cli.container;

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
import jong.cli.flags.FlagSet;
import jong.cli.terminal.Terminal;
import jong.cli.text.Units;
import jong.wire.json.JsonObject;

/** {@code stats}. */
public final class Stats extends Command {

    private static final List<String> COLUMNS =
            List.of("ID", "Name", "CPUPerc", "MemUsage", "MemPerc", "NetIO", "BlockIO", "PIDs");
    private static final Map<String, String> HEADERS =
            Map.of(
                    "Container", "CONTAINER",
                    "ID", "CONTAINER ID",
                    "Name", "NAME",
                    "CPUPerc", "CPU %",
                    "MemUsage", "MEM USAGE / LIMIT",
                    "MemPerc", "MEM %",
                    "NetIO", "NET I/O",
                    "BlockIO", "BLOCK I/O",
                    "PIDs", "PIDS");

    /** Makes the command. */
    public Stats() {}

    @Override
    public Synopsis synopsis() {
        return new Synopsis(
                "[OPTIONS] [CONTAINER...]",
                "Display a live stream of container(s) resource usage statistics",
                "container stats, stats",
                Arity.atLeast(0));
    }

    @Override
    public String flags() {
        return """
          -a, --all             Show all containers (default shows just running)
              --format string   Format output using a custom template:
              'table':            Print output in table format with column headers \
        (default)
              'table TEMPLATE':   Print output in table format using the given Go \
        template
              'json':             Print in JSON format
              'TEMPLATE':         Print output using the given Go template.
              Refer to https://docs.docker.com/go/formatting/ for more information \
        about formatting output with templates
              --no-stream       Disable streaming stats and only pull the first result
              --no-trunc        Do not truncate output
        """;
    }

    @Override
    public int run(Session session, FlagSet flags) throws IOException {
        boolean once = flags.on("no-stream");
        boolean terminal = Terminal.isTerminal(1);
        do {
            List<StatsRow> rows = sample(session, flags);
            String text = new ListFormat(flags.text("format"), COLUMNS, HEADERS).print(rows);
            session.out().print(!once && terminal ? "\u001b[H\u001b[J" + text : text);
            session.out().flush();
        } while (!once && !session.out().checkError());
        return 0;
    }

    /** One sample of each container; the daemon takes a second or two for it. */
    private static List<StatsRow> sample(Session session, FlagSet flags) throws IOException {
        List<String> names = new ArrayList<>(flags.arguments());
        if (names.isEmpty()) {
            Request request = Request.get("/containers/json").flag("all", flags.on("all"));
            for (JsonObject container : session.client().list(request)) {
                names.add(Units.shortId(container.string("Id")));
            }
        }
        List<StatsRow> rows = new ArrayList<>();
        for (String name : names) {
            Request request = Request.get("/containers/" + name + "/stats").query("stream", "0");
            JsonObject json = session.client().object(request);
            rows.add(new StatsRow(json, name, flags.on("no-trunc")));
        }
        return rows;
    }
}
