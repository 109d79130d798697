package jong.cli.manifest;

import java.io.IOException;
import jong.cli.command.Arity;
import jong.cli.command.Command;
import jong.cli.command.Session;
import jong.cli.command.Synopsis;
import jong.cli.failure.CommandException;
import jong.cli.flags.FlagSet;

/** {@code manifest rm}. */
public final class ManifestRemove extends Command {

    /** Makes the command. */
    public ManifestRemove() {}

    @Override
    public Synopsis synopsis() {
        return new Synopsis(
                "MANIFEST_LIST [MANIFEST_LIST...]",
                "Delete one or more manifest lists from local storage",
                "",
                Arity.atLeast(1));
    }

    @Override
    public int run(Session session, FlagSet flags) throws IOException {
        var store = new ManifestStore(session.config().directory());
        boolean missing = false;
        for (String argument : flags.arguments()) {
            String list = Manifests.name(argument);
            if (!store.remove(list)) {
                missing = true;
                session.err().println("No such manifest: " + Manifests.familiar(list));
            }
        }
        if (missing) {
            throw new CommandException("");
        }
        return 0;
    }
}
