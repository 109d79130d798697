package jong.engine.exec;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import jong.engine.containers.AttachedClient;
import jong.engine.containers.Collaborators;
import jong.engine.containers.Container;
import jong.engine.containers.Containers;
import jong.engine.containers.DetachKeys;
import jong.engine.containers.HealthProbe;
import jong.engine.containers.Identifiers;
import jong.engine.containers.RuntimeTexts;
import jong.engine.containers.StreamCopy;
import jong.engine.spec.ExecProcess;
import jong.http.Hijacked;
import jong.manager.tasks.AttachStreams;
import jong.manager.tasks.Attachment;
import jong.manager.tasks.ExecRequest;
import jong.manager.tasks.ExitStatus;
import jong.manager.tasks.Stdio;
import jong.manager.tasks.TaskExec;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException;
import jong.wire.status.StatusException.Conflict;
import jong.wire.status.StatusException.Internal;
import jong.wire.status.StatusException.InvalidArgument;
import jong.wire.status.StatusException.NotFound;

/** Makes and runs exec sessions. */
public final class ExecService implements HealthProbe {

    /** Docker's exit code of a session whose command could not be executed. */
    private static final int NOT_STARTED = 126;

    private static final Duration REMEMBERED = Duration.ofMinutes(5);
    private static final Duration RESIZE_PATIENCE = Duration.ofSeconds(10);
    private static final Duration END_PATIENCE = Duration.ofSeconds(10);

    private final Containers containers;
    private final Collaborators world;
    private final Map<String, ExecSession> sessions = new ConcurrentHashMap<>();

    public ExecService(Containers containers, Collaborators world) {
        this.containers = containers;
        this.world = world;
    }

    /**
     * Makes a session in a running container.
     *
     * @param config the body of {@code POST /containers/{id}/exec}
     * @return its id
     * @throws StatusException with docker's text
     */
    public String create(String containerIdOrName, JsonObject config) {
        Container container = containers.get(containerIdOrName);
        if (config.strings("Cmd").isEmpty()) {
            throw new InvalidArgument("No exec command specified");
        }
        checkReady(container);
        if (!config.string("DetachKeys").isEmpty()) {
            new DetachKeys(config.string("DetachKeys"));
        }
        forgetOld();
        var session = new ExecSession(Identifiers.random(), container, config);
        sessions.put(session.id(), session);
        container.execs().add(session.id());
        tell(session, "exec_create: " + session.command());
        return session.id();
    }

    private void checkReady(Container container) {
        containers.task(container);
        if (container.paused()) {
            throw new Conflict(
                    "Container "
                            + container.name()
                            + " is paused, unpause the container before exec");
        }
    }

    /** Sessions that ended a while ago, and those of containers that are gone. */
    private void forgetOld() {
        Instant limit = Instant.now().minus(REMEMBERED);
        sessions.values()
                .removeIf(session ->
                        session.endedAt().map(limit::isAfter).orElse(false)
                                || session.container().gone());
    }

    /**
     * The session of that id.
     *
     * @throws NotFound with docker's text
     */
    ExecSession get(String id) {
        ExecSession session = sessions.get(id);
        if (session == null) {
            throw new NotFound("No such exec instance: " + id);
        }
        return session;
    }

    /**
     * Runs a session without a client; returns when the command was executed.
     *
     * @throws StatusException with docker's text
     */
    void startDetached(ExecSession session) {
        checkReady(session.container());
        session.begin();
        TaskExec process = prepare(session, false);
        execute(session, process);
        Thread.ofVirtual()
                .name("exec " + session.id())
                .start(() -> finish(session, process.waitFor()));
    }

    /**
     * Runs a session with a client at its stdio, until the process ends or the client goes away.
     *
     * @throws StatusException with docker's text, before any output was written
     */
    void startAttached(ExecSession session, Hijacked client) throws IOException {
        checkReady(session.container());
        session.begin();
        JsonObject config = session.config();
        boolean stdin = config.flag("AttachStdin");
        TaskExec process = prepare(session, stdin);
        Attachment attachment =
                process.attach(
                        new AttachStreams(
                                stdin,
                                config.flag("AttachStdout"),
                                config.flag("AttachStderr"),
                                true));
        try {
            execute(session, process);
        } catch (StatusException e) {
            attachment.close();
            throw e;
        }
        var ended = new CompletableFuture<Void>();
        Thread.ofVirtual()
                .name("exec " + session.id())
                .start(() -> {
                    finish(session, process.waitFor());
                    ended.complete(null);
                });
        var keys = session.terminal() ? new DetachKeys(config.string("DetachKeys")) : null;
        var attached = new AttachedClient(client, attachment, session.terminal(), stdin);
        if (attached.run(keys, () -> awaitEnd(ended))) {
            tell(session, "exec_detach");
        }
    }

    /**
     * The client asks for the exit code as soon as its connection closes, which is known a little
     * later than the end of the output. A process may also go on without output.
     */
    private static void awaitEnd(CompletableFuture<Void> ended) {
        try {
            ended.get(END_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException _) {
            // It goes on.
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private TaskExec prepare(ExecSession session, boolean stdin) {
        Container container = session.container();
        tell(session, "exec_start: " + session.command());
        JsonObject process =
                ExecProcess.of(
                        containers.config(container),
                        container.host(),
                        session.config(),
                        world.machine());
        try {
            return containers
                    .task(container)
                    .exec(new ExecRequest(process, new Stdio(stdin, session.terminal())));
        } catch (StatusException e) {
            throw failed(session, e);
        }
    }

    private void execute(ExecSession session, TaskExec process) {
        try {
            process.start();
            session.running(process);
        } catch (StatusException e) {
            throw failed(session, e);
        }
    }

    private static StatusException failed(ExecSession session, StatusException cause) {
        session.ended(NOT_STARTED);
        session.container().execs().remove(session.id());
        return RuntimeTexts.ofExec(cause);
    }

    private void finish(ExecSession session, ExitStatus exit) {
        session.ended(exit.code());
        Container container = session.container();
        container.execs().remove(session.id());
        tell(session, "exec_die", "exitCode", Integer.toString(exit.code()));
    }

    private void tell(ExecSession session, String action, String... more) {
        Map<String, String> attributes = session.container().attributes(more);
        attributes.put("execID", session.id());
        world.events().publish("container", action, session.container().id(), attributes);
    }

    /**
     * Sets a session's terminal size, waiting for its start for a while.
     *
     * @throws StatusException if it does not start
     */
    void resize(ExecSession session, int rows, int columns) throws InterruptedException {
        try {
            session.process()
                    .get(RESIZE_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                    .resize(rows, columns);
        } catch (TimeoutException e) {
            throw new Internal("timeout waiting for exec session ready", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public Outcome probe(Container container, JsonObject config, Duration limit, int outputLimit)
            throws IOException {
        ExecSession session = get(create(container.id(), config));
        session.begin();
        TaskExec process = prepare(session, false);
        try (Attachment attachment = process.attach(AttachStreams.OUTPUT)) {
            execute(session, process);
            var givenUp = new AtomicBoolean();
            Thread killer = Thread.ofVirtual().start(() -> killAfter(process, limit, givenUp));
            String output = output(attachment.frames(), outputLimit);
            ExitStatus exit = process.waitFor();
            killer.interrupt();
            finish(session, exit);
            return new Outcome(givenUp.get() ? -1 : exit.code(), output);
        }
    }

    private static void killAfter(TaskExec process, Duration limit, AtomicBoolean givenUp) {
        try {
            Thread.sleep(limit);
            givenUp.set(true);
            process.signal(9);
        } catch (InterruptedException _) {
            // It ended in time.
        } catch (StatusException _) {
            // It ended in this moment.
        }
    }

    private static String output(InputStream frames, int limit) throws IOException {
        var cut = new AtomicBoolean();
        var bytes = new ByteArrayOutputStream();
        StreamCopy.payloads(
                frames,
                new OutputStream() {
                    @Override
                    public void write(int value) {
                        write(new byte[] {(byte) value}, 0, 1);
                    }

                    @Override
                    public void write(byte[] data, int from, int count) {
                        int room = Math.min(count, limit - bytes.size());
                        bytes.write(data, from, room);
                        if (room < count) {
                            cut.set(true);
                        }
                    }
                });
        return bytes.toString(UTF_8) + (cut.get() ? "..." : "");
    }
}
