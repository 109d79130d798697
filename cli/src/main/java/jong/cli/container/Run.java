package jong.cli.container;

import java.io.IOException;
import jong.api.client.EngineException;
import jong.api.client.Request;
import jong.cli.command.Arity;
import jong.cli.command.Command;
import jong.cli.command.Session;
import jong.cli.command.Synopsis;
import jong.cli.failure.CommandException;
import jong.cli.flags.FlagSet;
import jong.cli.terminal.Terminal;

/** {@code run}. */
public final class Run extends Command {

    private static final int FAILED = 125;
    private static final int NOT_EXECUTABLE = 126;
    private static final int NOT_FOUND = 127;

    private static final String FLAGS =
            """
              -d, --detach               Run container in background and print container ID
                  --detach-keys string   Override the key sequence for detaching a container
                  --sig-proxy            Proxy received signals to the process (default true)
            """;

    /** Makes the command. */
    public Run() {}

    @Override
    public Synopsis synopsis() {
        return new Synopsis(
                "[OPTIONS] IMAGE [COMMAND] [ARG...]",
                "Create and run a new container from an image",
                "container run, run",
                Arity.atLeast(1));
    }

    @Override
    public String flags() {
        return CreateFlags.COMMON + FLAGS;
    }

    @Override
    public boolean interspersed() {
        return false;
    }

    @Override
    public int failureCode() {
        return FAILED;
    }

    @Override
    public int run(Session session, FlagSet flags) throws IOException {
        var body = new CreateBody(session, flags);
        boolean detached = flags.on("detach");
        if (detached && flags.given("attach")) {
            throw new CommandException(
                    "conflicting options: cannot specify both --attach and --detach", FAILED);
        }
        if (!detached && body.tty() && body.openStdin() && !Terminal.isTerminal(0)) {
            throw new CommandException("the input device is not a TTY", 1); // As docker: not 125.
        }
        String id = Creation.create(session, flags, body, detached);
        if (detached) {
            start(session, id);
            session.out().println(id);
            return 0;
        }
        return attached(session, flags, body, id);
    }

    /** Attaches and begins to wait before the start, so that nothing of the container is missed. */
    private static int attached(Session session, FlagSet flags, CreateBody body, String id)
            throws IOException {
        var plan =
                new Attachment.Plan(
                        id,
                        body.tty(),
                        body.attaches("stdin"),
                        body.attaches("stdout"),
                        body.attaches("stderr"),
                        flags.text("detach-keys", session.config().text("detachKeys")));
        try (var attachment = Attachment.open(session, plan);
                var waiting =
                        ExitWait.begin(session, id, flags.on("rm") ? "removed" : "next-exit")) {
            start(session, id);
            attachment.begin(flags.on("sig-proxy", true));
            attachment.copyUntilEnd();
            return attachment.detached() ? Attachment.DETACHED : waiting.exitCode();
        }
    }

    private static void start(Session session, String id) throws IOException {
        try {
            session.client().run(Request.post("/containers/" + id + "/start"));
        } catch (EngineException e) {
            throw new CommandException(String.valueOf(e.getMessage()), startFailure(e.detail()));
        }
    }

    /** Shells' exit codes, told from the error's text as docker does. */
    static int startFailure(String text) {
        if (text.contains("executable file not found")
                || text.contains("no such file or directory")
                || text.contains("system cannot find the file specified")) {
            return NOT_FOUND;
        }
        return text.contains("permission denied") || text.contains("is a directory")
                ? NOT_EXECUTABLE
                : FAILED;
    }
}
