package jong.engine.containers;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import jong.manager.tasks.AttachStreams;
import jong.manager.tasks.Attachment;
import jong.manager.tasks.CreateTask;
import jong.manager.tasks.ExecRequest;
import jong.manager.tasks.ExitStatus;
import jong.manager.tasks.Task;
import jong.manager.tasks.TaskExec;
import jong.manager.tasks.TaskMetrics;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException.Conflict;
import jong.wire.status.StatusException.Internal;
import jong.wire.status.StatusException.NotFound;

/**
 * A task without a process. What it runs decides: {@code true} and {@code false} end at once,
 * {@code echo X} says X and ends, {@code nosuch} cannot be executed, all else runs until a signal;
 * {@code stubborn} only ends by SIGKILL.
 */
final class FakeTask implements Task {

    final CreateTask request;
    final List<Integer> signals = new CopyOnWriteArrayList<>();
    private final FakeTasks owner;
    private final CompletableFuture<ExitStatus> exit = new CompletableFuture<>();
    private final List<OutputStream> clients = new CopyOnWriteArrayList<>();
    private volatile Instant began;
    private volatile boolean frozen;

    FakeTask(FakeTasks owner, CreateTask request) {
        this.owner = owner;
        this.request = request;
    }

    FakeTask asFoundLater() {
        var found = new FakeTask(owner, request);
        found.began = began;
        found.frozen = frozen;
        return found;
    }

    List<String> words() {
        return request.spec().json().object("process").strings("args");
    }

    void end(int code) {
        exit.complete(new ExitStatus(code, 0, Instant.now(), false));
        for (OutputStream client : clients) {
            try {
                client.close();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    @Override
    public String id() {
        return request.id();
    }

    @Override
    public int pid() {
        return 4242;
    }

    @Override
    public void awaitReady() {
        if (words().getFirst().equals("nosuch")) {
            throw new NotFound("exec: \"nosuch\": executable file not found in $PATH");
        }
    }

    @Override
    public Instant start() {
        began = Instant.now();
        switch (words().getFirst()) {
            case "true" -> end(0);
            case "false" -> end(1);
            case "echo" -> {
                say(words().get(1));
                end(0);
            }
            default -> {}
        }
        return began;
    }

    private void say(String text) {
        for (OutputStream client : clients) {
            try {
                client.write(new byte[] {1, 0, 0, 0, 0, 0, 0, (byte) text.length()});
                client.write(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    @Override
    public Optional<Instant> startedAt() {
        return Optional.ofNullable(began);
    }

    @Override
    public ExitStatus waitFor() {
        return exit.join();
    }

    @Override
    public Optional<ExitStatus> exitStatus() {
        return Optional.ofNullable(exit.getNow(null));
    }

    @Override
    public boolean running() {
        return began != null && !exit.isDone();
    }

    @Override
    public void signal(int signo) {
        if (exit.isDone()) {
            throw new NotFound("ended");
        }
        signals.add(signo);
        boolean deadly = signo == 9 || signo == 15 && !words().getFirst().equals("stubborn");
        if (deadly) {
            Thread.ofVirtual().start(() -> end(128 + signo));
        }
    }

    @Override
    public void signalAll(int signo) {
        signal(signo);
    }

    @Override
    public void pause() {
        frozen = true;
    }

    @Override
    public void resume() {
        frozen = false;
    }

    @Override
    public boolean paused() {
        return frozen;
    }

    @Override
    public Attachment attach(AttachStreams streams) {
        if (exit.isDone()) {
            throw new NotFound("ended");
        }
        try {
            var end = new PipedOutputStream();
            var frames = new PipedInputStream(end, 1 << 20);
            clients.add(end);
            return new FakeAttachment(frames);
        } catch (IOException e) {
            throw new Internal("pipe", e);
        }
    }

    @Override
    public void resize(int rows, int columns) {}

    @Override
    public TaskExec exec(ExecRequest request) {
        throw new NotFound("exec: \"nosuch\": executable file not found in $PATH");
    }

    @Override
    public List<Integer> pids() {
        return List.of(pid());
    }

    @Override
    public void update(JsonObject linuxResources) {}

    @Override
    public TaskMetrics metrics() {
        throw new Internal("no metrics");
    }

    @Override
    public void delete() {
        if (!exit.isDone()) {
            throw new Conflict("not ended");
        }
        owner.whileDeleted.run();
        owner.forget(this);
        if (owner.deleteFails) {
            throw new Internal("cannot delete " + id());
        }
    }

    @Override
    public void destroy() {
        end(137);
        owner.forget(this);
    }

    private record FakeAttachment(InputStream frames) implements Attachment {
        @Override
        public OutputStream stdin() {
            return new ByteArrayOutputStream();
        }

        @Override
        public void closeStdin() {}

        @Override
        public void close() {}
    }
}
