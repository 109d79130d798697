package jong.cli.system;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import jong.cli.command.Arity;
import jong.cli.command.Command;
import jong.cli.command.ListFormat;
import jong.cli.command.Session;
import jong.cli.command.Synopsis;
import jong.cli.command.TableRow;
import jong.cli.connect.ContextStore;
import jong.cli.connect.EngineLocator;
import jong.cli.flags.FlagSet;
import jong.cli.text.Units;
import jong.wire.json.JsonObject;

/** {@code context ls}. */
public final class ContextList extends Command {

    private static final Map<String, String> HEADERS =
            Map.of(
                    "Name", "NAME",
                    "Description", "DESCRIPTION",
                    "DockerEndpoint", "DOCKER ENDPOINT",
                    "Current", "CURRENT",
                    "Error", "ERROR");

    /** Makes the command. */
    public ContextList() {}

    @Override
    public Synopsis synopsis() {
        return new Synopsis("[OPTIONS]", "List contexts", "context ls, context list", Arity.NONE);
    }

    @Override
    public String flags() {
        return """
              --format string   Format output using a custom template:
              'table':            Print output in table format with column headers \
        (default)
              'table TEMPLATE':   Print output in table format using the given Go \
        template
              'json':             Print in JSON format
              'TEMPLATE':         Print output using the given Go template.
              Refer to https://docs.docker.com/go/formatting/ for more information \
        about formatting output with templates
          -q, --quiet           Only show context names
        """;
    }

    @Override
    public int run(Session session, FlagSet flags) throws IOException {
        String current = session.locator().contextName();
        List<TableRow> rows = new ArrayList<>();
        rows.add(
                row(
                        EngineLocator.DEFAULT_CONTEXT,
                        "Current DOCKER_HOST based configuration",
                        session.locator().defaultHost(),
                        current));
        for (JsonObject context : new ContextStore(session.config()).list()) {
            String description = context.object("Metadata").string("Description");
            rows.add(row(context.string("Name"), description, ContextStore.host(context), current));
        }
        if (flags.on("quiet")) {
            for (TableRow row : rows) {
                session.out().println(row.values().get("Name"));
            }
            return 0;
        }
        List<String> columns = List.of("Name", "Description", "DockerEndpoint", "Error");
        session.out().print(new ListFormat(flags.text("format"), columns, HEADERS).print(rows));
        return 0;
    }

    private static TableRow row(String name, String description, String host, String current) {
        boolean used = name.equals(current);
        return new TableRow(
                "*formatter.clientContextContext",
                Map.of(
                        "Name",
                        name + (used ? " *" : ""),
                        "Description",
                        Units.ellipsis(description, 45),
                        "DockerEndpoint",
                        host,
                        "Current",
                        Boolean.toString(used),
                        "Error",
                        ""));
    }
}
