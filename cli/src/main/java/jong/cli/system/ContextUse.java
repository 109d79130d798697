package jong.cli.system;

import java.io.IOException;
import jong.cli.command.Arity;
import jong.cli.command.Command;
import jong.cli.command.Session;
import jong.cli.command.Synopsis;
import jong.cli.connect.ContextStore;
import jong.cli.connect.EngineLocator;
import jong.cli.failure.CommandException;
import jong.cli.flags.FlagSet;

/** {@code context use}. */
public final class ContextUse extends Command {

    /** Makes the command. */
    public ContextUse() {}

    @Override
    public Synopsis synopsis() {
        return new Synopsis("CONTEXT", "Set the current jong context", "", Arity.exactly(1));
    }

    @Override
    public int run(Session session, FlagSet flags) throws IOException {
        String name = flags.arguments().getFirst();
        boolean reset = name.equals(EngineLocator.DEFAULT_CONTEXT);
        if (!reset && new ContextStore(session.config()).find(name).isEmpty()) {
            throw new CommandException("context \"" + name + "\": context not found");
        }
        session.config().setText("currentContext", reset ? "" : name);
        session.out().println(name);
        session.err().println("Current context is now \"" + name + "\"");
        return 0;
    }
}
