package jong.cli.system;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import jong.api.client.Request;
import jong.cli.command.Arity;
import jong.cli.command.Command;
import jong.cli.command.ListFormat;
import jong.cli.command.Session;
import jong.cli.command.Synopsis;
import jong.cli.command.TableRow;
import jong.cli.credentials.CredentialStore;
import jong.cli.credentials.Credentials;
import jong.cli.flags.FlagSet;
import jong.cli.image.Pulling;
import jong.cli.text.Units;
import jong.wire.json.Json;
import jong.wire.json.JsonObject;

/** {@code system check}: not a command of docker's. */
public final class Check extends Command {

    private static final Map<String, String> HEADERS =
            Map.of(
                    "Kind", "KIND",
                    "Subject", "SUBJECT",
                    "Problem", "PROBLEM",
                    "Repaired", "REPAIRED",
                    "Outcome", "OUTCOME");

    /** Makes the command. */
    public Check() {}

    @Override
    public Synopsis synopsis() {
        return new Synopsis(
                "[OPTIONS]",
                "Verify images, layers and containers on disk\n\n"
                        + "Exits with 1 if something is damaged and was not repaired.",
                "",
                Arity.NONE);
    }

    @Override
    public String flags() {
        return """
              --format string   Format output using a custom template:
              'table':            Print output in table format with column headers
              'table TEMPLATE':   Print output in table format using the given Go template
              'json':             Print in JSON format
              'TEMPLATE':         Print output using the given Go template.
              Refer to https://docs.docker.com/go/formatting/ for more information \
        about formatting output with templates
              --full            Compare the files of each layer with its archive, too
              --repair          Fetch again, unpack again or remove what is damaged
        """;
    }

    @Override
    public int run(Session session, FlagSet flags) throws IOException {
        Request request =
                Request.post("/jong/system/check")
                        .flag("full", flags.on("full"))
                        .flag("repair", flags.on("repair"));
        if (flags.on("repair")) {
            request.header("X-Registry-Config", credentials(session));
        }
        JsonObject report = session.client().object(request);
        List<JsonObject> damage = report.objects("Damage");
        if (flags.given("format")) {
            var format =
                    new ListFormat(
                            flags.text("format"),
                            List.of("Kind", "Subject", "Problem", "Outcome"),
                            HEADERS);
            session.out().print(format.print(damage.stream().map(Check::row).toList()));
        } else {
            tell(report, damage, flags.on("repair"), session.out());
        }
        return damage.stream().allMatch(each -> each.flag("Repaired")) ? 0 : 1;
    }

    /** What the user proves to the registries of the images that are here. */
    private static String credentials(Session session) throws IOException {
        var all = new JsonObject();
        for (JsonObject image :
                session.client().list(Request.get("/images/json").flag("all", true))) {
            List<String> names = new ArrayList<>(image.strings("RepoTags"));
            names.addAll(image.strings("RepoDigests"));
            for (String name : names) {
                String full = Pulling.canonical(name);
                String domain = full.substring(0, full.indexOf('/'));
                Credentials own = session.credentials().find(CredentialStore.key(domain));
                if (!own.isEmpty()) {
                    all.put(domain, own.toJson());
                }
            }
        }
        return Base64.getUrlEncoder().encodeToString(Json.writeBytes(all));
    }

    private static void tell(
            JsonObject report, List<JsonObject> damage, boolean repair, PrintStream out) {
        for (JsonObject each : damage) {
            out.println(each.string("Problem"));
            if (repair) {
                String result = each.flag("Repaired") ? "repaired: " : "not repaired: ";
                out.println("  " + result + each.string("Outcome"));
            }
        }
        String checked =
                "Checked %d images, %d layers, %s of content: "
                        .formatted(
                                report.number("Images"),
                                report.number("Layers"),
                                Units.size(report.number("ContentBytes")));
        long repaired = damage.stream().filter(each -> each.flag("Repaired")).count();
        out.println(
                checked
                        + (damage.isEmpty() ? "no damage" : "damage found: " + damage.size())
                        + (repair && !damage.isEmpty() ? ", repaired: " + repaired : ""));
    }

    private static TableRow row(JsonObject damage) {
        return new TableRow(
                "*formatter.checkContext",
                Map.of(
                        "Kind", damage.string("Kind"),
                        "Subject", damage.string("Subject"),
                        "Problem", damage.string("Problem"),
                        "Repaired", Boolean.toString(damage.flag("Repaired")),
                        "Outcome", damage.string("Outcome")));
    }
}
