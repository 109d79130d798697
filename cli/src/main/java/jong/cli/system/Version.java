package jong.cli.system;

import java.io.IOException;
import jong.api.ApiVersion;
import jong.api.client.EngineUnreachableException;
import jong.api.client.Request;
import jong.cli.command.Arity;
import jong.cli.command.Command;
import jong.cli.command.Session;
import jong.cli.command.Synopsis;
import jong.cli.flags.FlagSet;
import jong.wire.json.JsonObject;

/** {@code version}. */
public final class Version extends Command {

    /** Makes the command. */
    public Version() {}

    @Override
    public Synopsis synopsis() {
        return new Synopsis("[OPTIONS]", "Show the Jong version information", "", Arity.NONE);
    }

    @Override
    public String flags() {
        return """
          -f, --format string   Format output using a custom template:
              'json':             Print in JSON format
              'TEMPLATE':         Print output using the given Go template.
              Refer to https://docs.docker.com/go/formatting/ for more information \
        about formatting output with templates
        """;
    }

    @Override
    public int run(Session session, FlagSet flags) throws IOException {
        var report = new JsonObject().with("Client", client());
        EngineUnreachableException unreachable = null;
        try {
            report.with("Server", session.client().object(Request.get("/version")));
            report.object("Client").with("ApiVersion", session.client().version().toString());
        } catch (EngineUnreachableException e) {
            unreachable = e;
            report.with("Server", null);
        }
        String format = flags.text("format");
        session.out()
                .print(
                        format.isEmpty()
                                ? VersionText.of(report)
                                : InfoFormat.print(format, report));
        session.out().flush();
        if (unreachable != null) {
            throw unreachable;
        }
        return 0;
    }

    private static JsonObject client() {
        return new JsonObject()
                .with("Version", Session.VERSION)
                .with("ApiVersion", ApiVersion.NEWEST.toString())
                .with("DefaultAPIVersion", ApiVersion.NEWEST.toString())
                .with("JavaVersion", System.getProperty("java.version"))
                .with("Os", "linux")
                .with("Arch", System.getProperty("os.arch"));
    }
}
