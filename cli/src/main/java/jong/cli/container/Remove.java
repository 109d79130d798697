package jong.cli.container;

import java.io.IOException;
import jong.api.client.EngineException;
import jong.api.client.Request;
import jong.cli.command.Arity;
import jong.cli.command.Command;
import jong.cli.command.ForEach;
import jong.cli.command.Session;
import jong.cli.command.Synopsis;
import jong.cli.failure.CommandException;
import jong.cli.flags.FlagSet;

/** {@code rm}. */
public final class Remove extends Command {

    /** Makes the command. */
    public Remove() {}

    @Override
    public Synopsis synopsis() {
        return new Synopsis(
                "[OPTIONS] CONTAINER [CONTAINER...]",
                "Remove one or more containers",
                "container rm, container remove, rm",
                Arity.atLeast(1));
    }

    @Override
    public String flags() {
        return """
          -f, --force     Force the removal of a running container (uses SIGKILL)
          -l, --link      Remove the specified link
          -v, --volumes   Remove anonymous volumes associated with the container
        """;
    }

    @Override
    public int run(Session session, FlagSet flags) throws IOException {
        return ForEach.run(session, flags.arguments(), name -> remove(session, flags, name));
    }

    private static void remove(Session session, FlagSet flags, String name) throws IOException {
        if (name.isEmpty() || name.equals("/")) {
            throw new CommandException("Container name cannot be empty");
        }
        String path = name.startsWith("/") ? name.substring(1) : name;
        try {
            session.client()
                    .run(
                            Request.delete("/containers/" + path)
                                    .flag("force", flags.on("force"))
                                    .flag("link", flags.on("link"))
                                    .flag("v", flags.on("volumes")));
        } catch (EngineException e) {
            if (!flags.on("force") || !e.isNotFound()) {
                throw e;
            }
            // Who forces wants it gone, and it is; docker says so and goes on.
            session.err().println(e.getMessage());
            return;
        }
        session.out().println(name);
    }
}
