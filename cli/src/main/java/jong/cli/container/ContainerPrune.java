package jong.cli.container;

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
import jong.cli.text.Units;
import jong.wire.json.JsonObject;

/** {@code container prune}. */
public final class ContainerPrune extends Command {

    /** Makes the command. */
    public ContainerPrune() {}

    @Override
    public Synopsis synopsis() {
        return new Synopsis("[OPTIONS]", "Remove all stopped containers", "", Arity.NONE);
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
                        session, "WARNING! This will remove all stopped containers.")) {
            return 0;
        }
        Request request = Request.post("/containers/prune").filters(FilterFlag.read(flags));
        JsonObject result = session.client().object(request);
        List<String> deleted = result.strings("ContainersDeleted");
        if (!deleted.isEmpty()) {
            session.out().println("Deleted Containers:");
            deleted.forEach(session.out()::println);
            session.out().println();
        }
        String space = Units.size(result.number("SpaceReclaimed"), 4);
        session.out().println("Total reclaimed space: " + space);
        return 0;
    }
}
