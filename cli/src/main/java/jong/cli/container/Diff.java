package jong.cli.container;

import java.io.IOException;
import jong.api.client.Request;
import jong.cli.command.Arity;
import jong.cli.command.Command;
import jong.cli.command.Session;
import jong.cli.command.Synopsis;
import jong.cli.flags.FlagSet;
import jong.wire.json.JsonObject;

/** {@code diff}. */
public final class Diff extends Command {

    /** Makes the command. */
    public Diff() {}

    @Override
    public Synopsis synopsis() {
        return new Synopsis(
                "CONTAINER",
                "Inspect changes to files or directories on a container's filesystem",
                "container diff, diff",
                Arity.exactly(1));
    }

    @Override
    public int run(Session session, FlagSet flags) throws IOException {
        String name = flags.arguments().getFirst();
        for (JsonObject change :
                session.client().list(Request.get("/containers/" + name + "/changes"))) {
            char kind = "CAD".charAt(Math.clamp(change.number("Kind"), 0, 2));
            session.out().println(kind + " " + change.string("Path"));
        }
        return 0;
    }
}
