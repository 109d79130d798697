package jong.cli.container;

import java.io.IOException;
import jong.api.client.Request;
import jong.cli.command.ArchiveOutput;
import jong.cli.command.Arity;
import jong.cli.command.Command;
import jong.cli.command.Session;
import jong.cli.command.Synopsis;
import jong.cli.flags.FlagSet;

/** {@code export}. */
public final class Export extends Command {

    /** Makes the command. */
    public Export() {}

    @Override
    public Synopsis synopsis() {
        return new Synopsis(
                "[OPTIONS] CONTAINER",
                "Export a container's filesystem as a tar archive",
                "container export, export",
                Arity.exactly(1));
    }

    @Override
    public String flags() {
        return """
          -o, --output string   Write to a file, instead of STDOUT
        """;
    }

    @Override
    public int run(Session session, FlagSet flags) throws IOException {
        Request request = Request.get("/containers/" + flags.arguments().getFirst() + "/export");
        ArchiveOutput.save(session, request, flags.text("output"), "export container");
        return 0;
    }
}
