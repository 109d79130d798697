package jong.cli.image;

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

/** {@code image prune}. */
public final class ImagePrune extends Command {

    /** Makes the command. */
    public ImagePrune() {}

    @Override
    public Synopsis synopsis() {
        return new Synopsis("[OPTIONS]", "Remove unused images", "", Arity.NONE);
    }

    @Override
    public String flags() {
        return """
          -a, --all             Remove all unused images, not just dangling ones
              --filter filter   Provide filter values (e.g. "until=<timestamp>")
          -f, --force           Do not prompt for confirmation
        """;
    }

    @Override
    public int run(Session session, FlagSet flags) throws IOException {
        boolean all = flags.on("all");
        String which =
                all
                        ? "all images without at least one container associated to them."
                        : "all dangling images.";
        if (!flags.on("force")
                && !Confirmation.ask(session, "WARNING! This will remove " + which)) {
            return 0;
        }
        Request request =
                Request.post("/images/prune")
                        .filters(FilterFlag.read(flags).with("dangling", all ? "false" : "true"));
        JsonObject result = session.client().object(request);
        List<JsonObject> deleted = result.objects("ImagesDeleted");
        if (!deleted.isEmpty()) {
            session.out().println("Deleted Images:");
            for (JsonObject line : deleted) {
                session.out()
                        .println(
                                line.has("Untagged")
                                        ? "untagged: " + line.string("Untagged")
                                        : "deleted: " + line.string("Deleted"));
            }
            session.out().println();
        }
        String space = Units.size(result.number("SpaceReclaimed"), 4);
        session.out().println("Total reclaimed space: " + space);
        return 0;
    }
}
