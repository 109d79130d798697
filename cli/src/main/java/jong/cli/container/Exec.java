package jong.cli.container;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import jong.api.client.Hijacked;
import jong.api.client.Request;
import jong.cli.command.Arity;
import jong.cli.command.Command;
import jong.cli.command.Session;
import jong.cli.command.Synopsis;
import jong.cli.failure.CommandException;
import jong.cli.flags.FlagSet;
import jong.cli.terminal.DetachKeys;
import jong.cli.terminal.Signals;
import jong.cli.terminal.Terminal;
import jong.wire.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** {@code exec}. */
public final class Exec extends Command {

    /** Makes the command. */
    public Exec() {}

    @Override
    public Synopsis synopsis() {
        return new Synopsis(
                "[OPTIONS] CONTAINER COMMAND [ARG...]",
                "Execute a command in a running container",
                "container exec, exec",
                Arity.atLeast(2));
    }

    @Override
    public String flags() {
        return """
          -d, --detach               Detached mode: run command in the background
              --detach-keys string   Override the key sequence for detaching a container
          -e, --env list             Set environment variables
              --env-file list        Read in a file of environment variables
          -i, --interactive          Keep STDIN open even if not attached
              --privileged           Give extended privileges to the command
          -t, --tty                  Allocate a pseudo-TTY
          -u, --user string          Username or UID (format: \
        "<name|uid>[:<group|gid>]")
          -w, --workdir string       Working directory inside the container
        """;
    }

    @Override
    public boolean interspersed() {
        return false;
    }

    @Override
    public int run(Session session, FlagSet flags) throws IOException {
        String container = flags.arguments().getFirst();
        boolean detach = flags.on("detach");
        boolean tty = flags.on("tty");
        boolean input = flags.on("interactive") && !detach;
        if (tty && input && !Terminal.isTerminal(0)) {
            throw new CommandException("the input device is not a TTY");
        }
        session.client().object(Request.get("/containers/" + container + "/json"));
        JsonObject body = body(session, flags, input);
        Request create = Request.post("/containers/" + container + "/exec").json(body);
        String id = session.client().object(create).string("Id");
        if (id.isEmpty()) {
            throw new CommandException("exec ID empty");
        }
        JsonObject start = new JsonObject().with("Detach", detach).with("Tty", tty);
        if (tty && body.has("ConsoleSize")) {
            start.with("ConsoleSize", body.get("ConsoleSize"));
        }
        Request request = Request.post("/exec/" + id + "/start").json(start);
        if (detach) {
            session.client().run(request);
            return 0;
        }
        DetachKeys keys =
                DetachKeys.parse(flags.text("detach-keys", session.config().text("detachKeys")));
        try (Hijacked connection = session.client().hijack(request)) {
            stream(session, connection, id, new Mode(tty, input, keys));
        }
        JsonObject result = session.client().object(Request.get("/exec/" + id + "/json"));
        return (int) result.number("ExitCode");
    }

    private record Mode(boolean tty, boolean input, DetachKeys keys) {}

    /** Joins the streams until the command ends. */
    private static void stream(Session session, Hijacked connection, String id, Mode mode)
            throws IOException {
        var streams = new Streams(session, connection);
        try (var terminal = new Terminal()) {
            @Nullable DetachKeys keys = null;
            if (mode.tty && Terminal.isTerminal(1)) {
                Attachment.resize(session, "/exec/" + id);
                Signals.on("WINCH", () -> Attachment.resize(session, "/exec/" + id));
            }
            if (mode.tty && mode.input) {
                terminal.makeRaw();
                keys = mode.keys;
            }
            if (mode.input) {
                streams.startInput(keys);
            }
            streams.copyOutput(mode.tty);
        }
        if (streams.detached()) {
            throw Attachment.left();
        }
    }

    private static JsonObject body(Session session, FlagSet flags, boolean input)
            throws IOException {
        boolean attach = !flags.on("detach");
        List<String> words = flags.arguments();
        List<String> env = new ArrayList<>(EnvironmentFlags.read(session, flags));
        JsonObject body =
                new JsonObject()
                        .with("User", flags.text("user"))
                        .with("Privileged", flags.on("privileged"))
                        .with("Tty", flags.on("tty"));
        Terminal.Size size = flags.on("tty") && Terminal.isTerminal(1) ? Terminal.size() : null;
        if (size != null) {
            body.with("ConsoleSize", List.of((long) size.rows(), (long) size.columns()));
        }
        return body.with("AttachStdin", input)
                .with("AttachStderr", attach)
                .with("AttachStdout", attach)
                .with("DetachKeys", flags.text("detach-keys"))
                .with("Env", env.isEmpty() ? null : env)
                .with("WorkingDir", flags.text("workdir"))
                .with("Cmd", words.subList(1, words.size()));
    }
}
