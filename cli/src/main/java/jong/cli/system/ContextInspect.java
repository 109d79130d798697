package jong.cli.system;

import java.io.IOException;
import jong.cli.command.Arity;
import jong.cli.command.Command;
import jong.cli.command.InspectOutput;
import jong.cli.command.Session;
import jong.cli.command.Synopsis;
import jong.cli.connect.ContextStore;
import jong.cli.failure.CommandException;
import jong.cli.flags.FlagSet;

/** {@code context inspect}. */
public final class ContextInspect extends Command {

    /** Makes the command. */
    public ContextInspect() {}

    @Override
    public Synopsis synopsis() {
        return new Synopsis(
                "[OPTIONS] [CONTEXT] [CONTEXT...]",
                "Display detailed information on one or more contexts",
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
        """;
    }

    @Override
    public int run(Session session, FlagSet flags) throws IOException {
        var contexts = new ContextStore(session.config());
        return InspectOutput.print(
                session,
                flags,
                name ->
                        contexts.find(name)
                                .orElseThrow(() ->
                                        new CommandException(
                                                "context \"" + name + "\": context not found")));
    }
}
