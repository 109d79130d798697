package jong.cli.network;

import java.io.IOException;
import jong.api.client.EngineException;
import jong.api.client.Request;
import jong.cli.command.Arity;
import jong.cli.command.Command;
import jong.cli.command.ForEach;
import jong.cli.command.Session;
import jong.cli.command.Synopsis;
import jong.cli.flags.FlagSet;

/** {@code network rm}. */
public final class NetworkRemove extends Command {

    /** Makes the command. */
    public NetworkRemove() {}

    @Override
    public Synopsis synopsis() {
        return new Synopsis(
                "NETWORK [NETWORK...]",
                "Remove one or more networks",
                "network rm, network remove",
                Arity.atLeast(1));
    }

    @Override
    public String flags() {
        return """
          -f, --force   Do not error if the network does not exist
        """;
    }

    @Override
    public int run(Session session, FlagSet flags) throws IOException {
        return ForEach.print(
                session,
                flags.arguments(),
                name -> {
                    try {
                        session.client().run(Request.delete("/networks/" + name));
                    } catch (EngineException e) {
                        if (!e.isNotFound() || !flags.on("force")) {
                            throw e;
                        }
                    }
                });
    }
}
