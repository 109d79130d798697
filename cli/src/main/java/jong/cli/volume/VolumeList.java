package jong.cli.volume;

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

/** {@code volume ls}. */
public final class VolumeList extends Command {

    private static final Map<String, String> HEADERS =
            Map.of(
                    "Name", "VOLUME NAME",
                    "Driver", "DRIVER",
                    "Scope", "SCOPE",
                    "Mountpoint", "MOUNTPOINT",
                    "Labels", "LABELS",
                    "Links", "LINKS",
                    "Size", "SIZE",
                    "Availability", "AVAILABILITY",
                    "Group", "GROUP",
                    "Status", "STATUS");

    /** Makes the command. */
    public VolumeList() {}

    @Override
    public Synopsis synopsis() {
        return new Synopsis("[OPTIONS]", "List volumes", "volume ls, volume list", Arity.NONE);
    }

    @Override
    public String flags() {
        return """
          -f, --filter filter   Provide filter values (e.g. "dangling=true")
              --format string   Format output using a custom template:
              'table':            Print output in table format with column headers \
        (default)
              'table TEMPLATE':   Print output in table format using the given Go \
        template
              'json':             Print in JSON format
              'TEMPLATE':         Print output using the given Go template.
              Refer to https://docs.docker.com/go/formatting/ for more information \
        about formatting output with templates
          -q, --quiet           Only display volume names
        """;
    }

    @Override
    public int run(Session session, FlagSet flags) throws IOException {
        Request request = Request.get("/volumes").filters(FilterFlag.read(flags));
        List<JsonObject> volumes =
                new ArrayList<>(session.client().object(request).objects("Volumes"));
        volumes.sort((a, b) -> a.string("Name").compareTo(b.string("Name")));
        List<TableRow> rows = new ArrayList<>();
        for (JsonObject volume : volumes) {
            if (flags.on("quiet") && !flags.given("format")) {
                session.out().println(volume.string("Name"));
            } else {
                rows.add(row(volume));
            }
        }
        if (!flags.on("quiet") || flags.given("format")) {
            String format = ListFormat.chosen(session, flags, "volumesFormat");
            List<String> columns = List.of("Driver", "Name");
            session.out().print(new ListFormat(format, columns, HEADERS).print(rows));
        }
        return 0;
    }

    private static TableRow row(JsonObject volume) {
        JsonObject labels = volume.object("Labels");
        JsonObject usage = volume.object("UsageData");
        boolean measured = !usage.isEmpty();
        return new TableRow(
                "*formatter.volumeContext",
                Map.of(
                        "Name",
                        volume.string("Name"),
                        "Driver",
                        volume.string("Driver"),
                        "Scope",
                        volume.string("Scope"),
                        "Mountpoint",
                        volume.string("Mountpoint"),
                        "Labels",
                        TableRow.join(labels),
                        "Links",
                        measured ? Long.toString(usage.number("RefCount")) : "N/A",
                        "Size",
                        measured ? Units.size(usage.number("Size")) : "N/A",
                        "Availability",
                        "N/A",
                        "Group",
                        "N/A",
                        "Status",
                        "N/A"),
                labels);
    }
}
