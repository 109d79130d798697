package jong.cli.container;

import java.io.IOException;
import jong.cli.command.Arity;
import jong.cli.command.Command;
import jong.cli.command.Session;
import jong.cli.command.Synopsis;
import jong.cli.flags.FlagSet;

/** {@code create}. */
public final class Create extends Command {

    /** Makes the command. */
    public Create() {}

    @Override
    public Synopsis synopsis() {
        return new Synopsis(
                "[OPTIONS] IMAGE [COMMAND] [ARG...]",
                "Create a new container",
                "container create, create",
                Arity.atLeast(1));
    }

    @Override
    public String flags() {
        return CreateFlags.COMMON;
    }

    @Override
    public boolean interspersed() {
        return false;
    }

    @Override
    public int run(Session session, FlagSet flags) throws IOException {
        var body = new CreateBody(session, flags);
        session.out().println(Creation.create(session, flags, body, false));
        return 0;
    }
}
