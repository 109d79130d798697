package jong.cli.container;

import java.io.IOException;
import jong.api.client.EngineException;
import jong.api.client.Hijacked;
import jong.api.client.Request;
import jong.cli.command.Session;
import jong.cli.failure.CommandException;
import jong.cli.terminal.DetachKeys;
import jong.cli.terminal.Signals;
import jong.cli.terminal.Terminal;

/** This program's streams joined with a container's, with the terminal's mode and size. */
final class Attachment implements AutoCloseable {

    /** The exit code of {@code run} and {@code start} after the user left what runs on. */
    static final int DETACHED = 0;

    /**
     * What is joined.
     *
     * @param keys what detaches; empty for the default
     */
    record Plan(
            String id, boolean tty, boolean stdin, boolean stdout, boolean stderr, String keys) {}

    private final Session session;
    private final Plan plan;
    private final Hijacked connection;
    private final Streams streams;
    private final Terminal terminal = new Terminal();
    private final DetachKeys keys;

    private Attachment(Session session, Plan plan, Hijacked connection, DetachKeys keys) {
        this.session = session;
        this.plan = plan;
        this.connection = connection;
        this.streams = new Streams(session, connection);
        this.keys = keys;
    }

    /** Attaches to a container, which may not have been started yet. */
    static Attachment open(Session session, Plan plan) throws IOException {
        DetachKeys keys = DetachKeys.parse(plan.keys);
        Request request =
                Request.post("/containers/" + plan.id + "/attach")
                        .flag("stream", true)
                        .flag("stdin", plan.stdin)
                        .flag("stdout", plan.stdout)
                        .flag("stderr", plan.stderr)
                        .header("Content-Type", "text/plain");
        if (!plan.keys.isEmpty()) {
            request.query("detachKeys", plan.keys);
        }
        return new Attachment(session, plan, session.client().hijack(request), keys);
    }

    /**
     * Sets the terminal up and lets input flow; to be called once the container runs.
     *
     * @param forwardSignals whether signals of this program go to the container
     */
    void begin(boolean forwardSignals) throws IOException {
        String path = "/containers/" + plan.id;
        if (plan.tty && Terminal.isTerminal(1)) {
            resize(session, path);
            Signals.on("WINCH", () -> resize(session, path));
        }
        if (plan.tty && plan.stdin && Terminal.isTerminal(0)) {
            terminal.makeRaw();
        } else if (forwardSignals && !plan.tty) {
            Signals.forward(name -> kill(path, name));
        }
        if (plan.stdin) {
            streams.startInput(plan.tty && Terminal.isTerminal(0) ? keys : null);
        }
    }

    /** Copies the container's output until it ends or the user detaches. */
    void copyUntilEnd() throws IOException {
        try {
            streams.copyOutput(plan.tty);
        } finally {
            terminal.close();
        }
    }

    /** What {@code attach} and {@code exec}, unlike {@code run}, say when the user has left. */
    static CommandException left() {
        return new CommandException("read escape sequence", 1);
    }

    /** Whether the user left with the detach keys. */
    boolean detached() {
        return streams.detached();
    }

    @Override
    public void close() {
        terminal.close();
        connection.close();
    }

    /** Tells the daemon the terminal's size; {@code path} names a container or an exec. */
    static void resize(Session session, String path) {
        Terminal.Size size = Terminal.size();
        if (size == null || size.rows() == 0) {
            return;
        }
        try {
            session.client()
                    .run(
                            Request.post(path + "/resize")
                                    .query("h", Integer.toString(size.rows()))
                                    .query("w", Integer.toString(size.columns())));
        } catch (EngineException | IOException e) {
            // It has ended meanwhile, and then its size does not matter.
            assert e != null;
        }
    }

    private void kill(String path, String signal) {
        try {
            session.client().run(Request.post(path + "/kill").query("signal", signal));
        } catch (EngineException | IOException e) {
            // It has ended meanwhile, which the copying of its output notices.
            assert e != null;
        }
    }
}
