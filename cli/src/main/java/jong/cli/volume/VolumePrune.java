package jong.cli.volume;

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

/** {@code volume prune}. */
public final class VolumePrune extends Command {

    /** Makes the command. */
    public VolumePrune() {}

    @Override
    public Synopsis synopsis() {
        return new Synopsis("[OPTIONS]", "Remove unused local volumes", "", Arity.NONE);
    }

    @Override
    public String flags() {
        return """
          -a, --all             Remove all unused volumes, not just anonymous ones
              --filter filter   Provide filter values (e.g. "label=<label>")
          -f, --force           Do not prompt for confirmation
        """;
    }

    @Override
    public int run(Session session, FlagSet flags) throws IOException {
        boolean all = flags.on("all");
        String which = all ? "all local" : "anonymous local";
        if (!flags.on("force")
                && !Confirmation.ask(
                        session,
                        "WARNING! This will remove "
                                + which
                                + " volumes not used by at least one container.")) {
            return 0;
        }
        var filters = FilterFlag.read(flags);
        Request request =
                Request.post("/volumes/prune").filters(all ? filters.with("all", "true") : filters);
        JsonObject result = session.client().object(request);
        List<String> deleted = result.strings("VolumesDeleted");
        if (!deleted.isEmpty()) {
            session.out().println("Deleted Volumes:");
            deleted.forEach(session.out()::println);
            session.out().println();
        }
        String space = Units.size(result.number("SpaceReclaimed"), 4);
        session.out().println("Total reclaimed space: " + space);
        return 0;
    }
}
