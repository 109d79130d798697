package jong.cli.system;

import java.io.IOException;
import jong.api.client.Request;
import jong.cli.command.Arity;
import jong.cli.command.Command;
import jong.cli.command.Session;
import jong.cli.command.Synopsis;
import jong.cli.flags.FlagSet;
import jong.wire.json.JsonObject;

/** {@code info}. */
public final class Info extends Command {

    /** Makes the command. */
    public Info() {}

    @Override
    public Synopsis synopsis() {
        return new Synopsis(
                "[OPTIONS]", "Display system-wide information", "system info, info", Arity.NONE);
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
        JsonObject info = session.client().object(Request.get("/info"));
        String format = flags.text("format");
        session.out().print(format.isEmpty() ? InfoText.of(info) : InfoFormat.print(format, info));
        for (String warning : info.strings("Warnings")) {
            session.err().println(warning);
        }
        return 0;
    }
}
