package jong.cli.image;

import java.io.IOException;
import java.util.List;
import jong.api.client.EngineException;
import jong.api.client.Request;
import jong.cli.command.Arity;
import jong.cli.command.Command;
import jong.cli.command.ForEach;
import jong.cli.command.Session;
import jong.cli.command.Synopsis;
import jong.cli.flags.FlagSet;
import jong.wire.json.JsonObject;

/** {@code rmi}. */
public final class ImageRemove extends Command {

    /** Makes the command. */
    public ImageRemove() {}

    @Override
    public Synopsis synopsis() {
        return new Synopsis(
                "[OPTIONS] IMAGE [IMAGE...]",
                "Remove one or more images",
                "image rm, image remove, rmi",
                Arity.atLeast(1));
    }

    @Override
    public String flags() {
        return """
          -f, --force              Force removal of the image
              --no-prune           Do not delete untagged parents
              --platform strings   Remove only the given platform variant. Formatted \
        as "os[/arch[/variant]]" (e.g., "linux/amd64")
        """;
    }

    @Override
    public int run(Session session, FlagSet flags) throws IOException {
        return ForEach.run(session, flags.arguments(), name -> remove(session, flags, name));
    }

    /** With force an image that there is not is no failure, though it is told. */
    private static void remove(Session session, FlagSet flags, String name) throws IOException {
        try {
            for (JsonObject line : session.client().list(request(session, flags, name))) {
                String deleted = line.string("Deleted");
                session.out()
                        .println(
                                deleted.isEmpty()
                                        ? "Untagged: " + line.string("Untagged")
                                        : "Deleted: " + deleted);
            }
        } catch (EngineException e) {
            if (!flags.on("force") || !e.isNotFound()) {
                throw e;
            }
            session.out().flush();
            session.err().println(e.getMessage());
        }
    }

    private static Request request(Session session, FlagSet flags, String name) throws IOException {
        Request request =
                Request.delete("/images/" + name)
                        .flag("force", flags.on("force"))
                        .flag("noprune", flags.on("no-prune"));
        List<String> platforms = flags.all("platform");
        if (!platforms.isEmpty()) {
            PlatformFlag.require(session, "platform", 50);
            platforms.forEach(each -> request.query("platforms", PlatformFlag.json(each)));
        }
        return request;
    }
}
