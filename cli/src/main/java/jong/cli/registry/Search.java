package jong.cli.registry;

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
import jong.cli.credentials.CredentialStore;
import jong.cli.flags.FlagSet;
import jong.cli.text.Units;
import jong.wire.json.JsonObject;

/** {@code search}. */
public final class Search extends Command {

    private static final List<String> COLUMNS =
            List.of("Name", "Description", "StarCount", "IsOfficial");
    private static final Map<String, String> HEADERS =
            Map.of(
                    "Name", "NAME",
                    "Description", "DESCRIPTION",
                    "StarCount", "STARS",
                    "IsOfficial", "OFFICIAL",
                    "IsAutomated", "AUTOMATED");
    private static final int WIDTH = 45;

    /** Makes the command. */
    public Search() {}

    @Override
    public Synopsis synopsis() {
        return new Synopsis("[OPTIONS] TERM", "Search Docker Hub for images", "", Arity.exactly(1));
    }

    @Override
    public String flags() {
        return """
          -f, --filter filter   Filter output based on conditions provided
              --format string   Pretty-print search using a Go template
              --limit int       Max number of search results
              --no-trunc        Don't truncate output
        """;
    }

    @Override
    public int run(Session session, FlagSet flags) throws IOException {
        String term = flags.arguments().getFirst();
        Request request =
                Request.get("/images/search")
                        .query("term", term)
                        .filters(FilterFlag.read(flags))
                        .header(
                                "X-Registry-Auth",
                                session.credentials().find(registry(term)).header());
        if (flags.given("limit")) {
            request.query("limit", flags.text("limit"));
        }
        boolean whole = flags.on("no-trunc");
        List<TableRow> rows = new ArrayList<>();
        for (JsonObject found : session.client().list(request)) {
            rows.add(row(found, whole));
        }
        session.out().print(new ListFormat(flags.text("format"), COLUMNS, HEADERS).print(rows));
        return 0;
    }

    private static String registry(String term) {
        int slash = term.indexOf('/');
        String first = slash < 0 ? "" : term.substring(0, slash);
        boolean domain = first.contains(".") || first.contains(":") || first.equals("localhost");
        return CredentialStore.key(domain ? first : "");
    }

    private static TableRow row(JsonObject found, boolean whole) {
        String description = found.string("description").replace('\n', ' ').replace('\r', ' ');
        return new TableRow(
                "*formatter.searchContext",
                Map.of(
                        "Name",
                        found.string("name"),
                        "Description",
                        whole ? description : Units.ellipsis(description, WIDTH),
                        "StarCount",
                        Long.toString(found.number("star_count")),
                        "IsOfficial",
                        found.flag("is_official") ? "[OK]" : "",
                        "IsAutomated",
                        found.flag("is_automated") ? "[OK]" : ""));
    }
}
