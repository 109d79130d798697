package jong.cli.container;

import java.io.IOException;
import jong.api.client.Request;
import jong.cli.command.Arity;
import jong.cli.command.Command;
import jong.cli.command.ForEach;
import jong.cli.command.Session;
import jong.cli.command.Synopsis;
import jong.cli.flags.FlagSet;

/** {@code pause} and {@code unpause}. */
public final class Pause extends Command {

    private final boolean unpause;

    /** Makes {@code unpause} or {@code pause}. */
    public Pause(boolean unpause) {
        this.unpause = unpause;
    }

    @Override
    public Synopsis synopsis() {
        return new Synopsis(
                "CONTAINER [CONTAINER...]",
                (unpause ? "Unpause" : "Pause") + " all processes within one or more containers",
                unpause ? "container unpause, unpause" : "container pause, pause",
                Arity.atLeast(1));
    }

    @Override
    public int run(Session session, FlagSet flags) throws IOException {
        String verb = unpause ? "/unpause" : "/pause";
        return ForEach.print(
                session,
                flags.arguments(),
                name -> session.client().run(Request.post("/containers/" + name + verb)));
    }
}
