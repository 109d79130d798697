package jong.cli.registry;

import java.io.IOException;
import jong.cli.command.Arity;
import jong.cli.command.Command;
import jong.cli.command.Session;
import jong.cli.command.Synopsis;
import jong.cli.credentials.CredentialStore;
import jong.cli.failure.CommandException;
import jong.cli.flags.FlagSet;

/** {@code logout}. */
public final class Logout extends Command {

    /** Makes the command. */
    public Logout() {}

    @Override
    public Synopsis synopsis() {
        return new Synopsis(
                "[SERVER]",
                "Log out from a registry.\nIf no server is specified, the default is defined by"
                        + " the daemon.",
                "",
                Arity.atMost(1));
    }

    @Override
    public int run(Session session, FlagSet flags) throws IOException {
        String server =
                CredentialStore.key(
                        flags.arguments().isEmpty() ? "" : flags.arguments().getFirst());
        session.out().println("Removing login credentials for " + server);
        try {
            session.credentials().erase(server);
        } catch (CommandException e) {
            session.err().println("WARNING: could not erase credentials:\n" + e.getMessage());
        }
        return 0;
    }
}
