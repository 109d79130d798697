package jong.cli.container;

import java.io.IOException;
import jong.api.client.Request;
import jong.cli.command.Arity;
import jong.cli.command.Command;
import jong.cli.command.InspectOutput;
import jong.cli.command.Session;
import jong.cli.command.Synopsis;
import jong.cli.flags.FlagSet;

/** {@code container inspect}. */
public final class ContainerInspect extends Command {

    /** Makes the command. */
    public ContainerInspect() {}

    @Override
    public Synopsis synopsis() {
        return new Synopsis(
                "[OPTIONS] CONTAINER [CONTAINER...]",
                "Display detailed information on one or more containers",
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
          -s, --size            Display total file sizes
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
                                        Request.get("/containers/" + name + "/json")
                                                .flag("size", flags.on("size"))));
    }
}
