package jong.cli.network;

import java.io.IOException;
import java.util.List;
import jong.api.client.Request;
import jong.cli.command.Arity;
import jong.cli.command.Command;
import jong.cli.command.Confirmation;
import jong.cli.command.FilterFlag;
import jong.cli.command.Session;
import jong.cli.command.Synopsis;
import jong.cli.flags.FlagSet;

/** {@code network prune}. */
public final class NetworkPrune extends Command {

    /** Makes the command. */
    public NetworkPrune() {}

    @Override
    public Synopsis synopsis() {
        return new Synopsis("[OPTIONS]", "Remove all unused networks", "", Arity.NONE);
    }

    @Override
    public String flags() {
        return """
              --filter filter   Provide filter values (e.g. "until=<timestamp>")
          -f, --force           Do not prompt for confirmation
        """;
    }

    @Override
    public int run(Session session, FlagSet flags) throws IOException {
        if (!flags.on("force")
                && !Confirmation.ask(
                        session,
                        "WARNING! This will remove all custom networks not used by at least one"
                                + " container.")) {
            return 0;
        }
        Request request = Request.post("/networks/prune").filters(FilterFlag.read(flags));
        List<String> deleted = session.client().object(request).strings("NetworksDeleted");
        if (!deleted.isEmpty()) {
            session.out().println("Deleted Networks:");
            deleted.forEach(session.out()::println);
            session.out().println();
        }
        return 0;
    }
}
