package jong.cli.container;

import java.io.IOException;
import jong.api.client.Request;
import jong.cli.command.Arity;
import jong.cli.command.Command;
import jong.cli.command.Session;
import jong.cli.command.Synopsis;
import jong.cli.failure.CommandException;
import jong.cli.flags.FlagSet;
import jong.wire.json.JsonObject;

/** {@code attach}. */
public final class Attach extends Command {

    /** Makes the command. */
    public Attach() {}

    @Override
    public Synopsis synopsis() {
        return new Synopsis(
                "[OPTIONS] CONTAINER",
                "Attach local standard input, output, and error streams to a running container",
                "container attach, attach",
                Arity.exactly(1));
    }

    @Override
    public String flags() {
        return """
              --detach-keys string   Override the key sequence for detaching a container
              --no-stdin             Do not attach STDIN
              --sig-proxy            Proxy all received signals to the process \
        (default true)
        """;
    }

    @Override
    public int run(Session session, FlagSet flags) throws IOException {
        String name = flags.arguments().getFirst();
        JsonObject container =
                session.client().object(Request.get("/containers/" + name + "/json"));
        JsonObject state = container.object("State");
        if (!state.flag("Running")) {
            throw new CommandException("You cannot attach to a stopped container, start it first");
        }
        if (state.flag("Paused")) {
            throw new CommandException("You cannot attach to a paused container, unpause it first");
        }
        if (state.flag("Restarting")) {
            throw new CommandException(
                    "You cannot attach to a restarting container, wait until it is running");
        }
        JsonObject config = container.object("Config");
        var plan =
                new Attachment.Plan(
                        container.string("Id", name),
                        config.flag("Tty"),
                        config.flag("OpenStdin") && !flags.on("no-stdin"),
                        true,
                        true,
                        flags.text("detach-keys", session.config().text("detachKeys")));
        try (var attachment = Attachment.open(session, plan);
                var waiting = ExitWait.begin(session, plan.id(), "")) {
            attachment.begin(flags.on("sig-proxy", true));
            attachment.copyUntilEnd();
            if (attachment.detached()) {
                throw Attachment.left();
            }
            return waiting.exitCode();
        }
    }
}
