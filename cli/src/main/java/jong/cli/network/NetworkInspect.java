package jong.cli.network;

import java.io.IOException;
import jong.api.client.Request;
import jong.cli.command.Arity;
import jong.cli.command.Command;
import jong.cli.command.InspectOutput;
import jong.cli.command.Session;
import jong.cli.command.Synopsis;
import jong.cli.flags.FlagSet;

/** {@code network inspect}. */
public final class NetworkInspect extends Command {

    /** Makes the command. */
    public NetworkInspect() {}

    @Override
    public Synopsis synopsis() {
        return new Synopsis(
                "[OPTIONS] NETWORK [NETWORK...]",
                "Display detailed information on one or more networks",
                "",
                Arity.atLeast(1));
    }

    @Override
    public String flags() {
        return """
          -f, --format string   Format output using a custom template:
              'json':             Print in JSON format
              'TEMPLATE':         Print output using the given Go template.
              Refer to https://docs.docker.com/go/formatting/ for more information \
        about formatting output with templates
          -v, --verbose         Verbose output for diagnostics
        """;
    }

    @Override
    public int run(Session session, FlagSet flags) throws IOException {
        return InspectOutput.print(
                session,
                flags,
                name ->
                        session.client()
                                .object(
                                        Request.get("/networks/" + name)
                                                .flag("verbose", flags.on("verbose"))));
    }
}
