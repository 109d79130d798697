package jong.cli.container;

import java.io.IOException;
import jong.api.client.EngineException;
import jong.api.client.Request;
import jong.cli.command.Arity;
import jong.cli.command.Command;
import jong.cli.command.Session;
import jong.cli.command.Synopsis;
import jong.cli.failure.CommandException;
import jong.cli.flags.FlagSet;

/** {@code rename}. */
public final class Rename extends Command {

    /** Makes the command. */
    public Rename() {}

    @Override
    public Synopsis synopsis() {
        return new Synopsis(
                "CONTAINER NEW_NAME",
                "Rename a container",
                "container rename, rename",
                Arity.exactly(2));
    }

    @Override
    public int run(Session session, FlagSet flags) throws IOException {
        String oldName = flags.arguments().get(0).strip();
        String newName = flags.arguments().get(1).strip();
        if (oldName.isEmpty() || newName.isEmpty()) {
            throw new CommandException("Error: Neither old nor new names may be empty");
        }
        Request request = Request.post("/containers/" + oldName + "/rename");
        try {
            session.client().run(request.query("name", newName));
        } catch (EngineException e) {
            session.err().println(e.getMessage());
            throw new CommandException("Error: failed to rename container named " + oldName);
        }
        return 0;
    }
}
