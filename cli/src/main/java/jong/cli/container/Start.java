package jong.cli.container;

import java.io.IOException;
import java.util.List;
import jong.api.client.Request;
import jong.cli.command.Arity;
import jong.cli.command.Command;
import jong.cli.command.ForEach;
import jong.cli.command.Session;
import jong.cli.command.Synopsis;
import jong.cli.failure.CommandException;
import jong.cli.flags.FlagSet;
import jong.wire.json.JsonObject;

/** {@code start}. */
public final class Start extends Command {

    /** Makes the command. */
    public Start() {}

    @Override
    public Synopsis synopsis() {
        return new Synopsis(
                "[OPTIONS] CONTAINER [CONTAINER...]",
                "Start one or more stopped containers",
                "container start, start",
                Arity.atLeast(1));
    }

    @Override
    public String flags() {
        return """
          -a, --attach                  Attach STDOUT/STDERR and forward signals
              --detach-keys string      Override the key sequence for detaching a \
        container
          -i, --interactive             Attach container's STDIN
        """;
    }

    @Override
    public int run(Session session, FlagSet flags) throws IOException {
        List<String> names = flags.arguments();
        if (flags.on("attach") || flags.on("interactive")) {
            if (names.size() > 1) {
                throw new CommandException(
                        "you cannot start and attach multiple containers at once");
            }
            return attached(session, flags, names.getFirst());
        }
        int code =
                ForEach.print(
                        session,
                        names,
                        name ->
                                session.client()
                                        .run(Request.post("/containers/" + name + "/start")));
        if (code != 0) {
            session.out().flush();
            session.err().println("Error: failed to start containers: " + String.join(", ", names));
        }
        return code;
    }

    private static int attached(Session session, FlagSet flags, String name) throws IOException {
        JsonObject container =
                session.client().object(Request.get("/containers/" + name + "/json"));
        JsonObject config = container.object("Config");
        var plan =
                new Attachment.Plan(
                        container.string("Id", name),
                        config.flag("Tty"),
                        flags.on("interactive") && config.flag("OpenStdin"),
                        true,
                        true,
                        flags.text("detach-keys", session.config().text("detachKeys")));
        boolean removed = container.object("HostConfig").flag("AutoRemove");
        try (var attachment = Attachment.open(session, plan);
                var waiting =
                        ExitWait.begin(session, plan.id(), removed ? "removed" : "next-exit")) {
            session.client().run(Request.post("/containers/" + plan.id() + "/start"));
            attachment.begin(true);
            attachment.copyUntilEnd();
            return attachment.detached() ? Attachment.DETACHED : waiting.exitCode();
        }
    }
}
