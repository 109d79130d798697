package jong.cli.system;

import java.io.IOException;
import jong.cli.command.Arity;
import jong.cli.command.Command;
import jong.cli.command.Session;
import jong.cli.command.Synopsis;
import jong.cli.flags.FlagSet;

/** {@code context show}. */
public final class ContextShow extends Command {

    /** Makes the command. */
    public ContextShow() {}

    @Override
    public Synopsis synopsis() {
        return new Synopsis("", "Print the name of the current context", "", Arity.NONE);
    }

    @Override
    public int run(Session session, FlagSet flags) throws IOException {
        session.out().println(session.locator().contextName());
        return 0;
    }
}
