package jong.cli.container;

import java.io.IOException;
import jong.api.client.Request;
import jong.cli.command.Arity;
import jong.cli.command.Command;
import jong.cli.command.ForEach;
import jong.cli.command.Session;
import jong.cli.command.Synopsis;
import jong.cli.failure.CommandException;
import jong.cli.flags.FlagSet;
import jong.wire.json.JsonObject;

/** {@code wait}. */
public final class Wait extends Command {

    /** Makes the command. */
    public Wait() {}

    @Override
    public Synopsis synopsis() {
        return new Synopsis(
                "CONTAINER [CONTAINER...]",
                "Block until one or more containers stop, then print their exit codes",
                "container wait, wait",
                Arity.atLeast(1));
    }

    @Override
    public int run(Session session, FlagSet flags) throws IOException {
        return ForEach.run(
                session,
                flags.arguments(),
                name -> {
                    Request request = Request.post("/containers/" + name + "/wait");
                    JsonObject result = session.client().object(request);
                    String error = result.object("Error").string("Message");
                    if (!error.isEmpty()) {
                        throw new CommandException(error);
                    }
                    session.out().println(result.number("StatusCode"));
                    session.out().flush();
                });
    }
}
