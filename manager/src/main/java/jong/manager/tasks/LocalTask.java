package jong.manager.tasks;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import jong.oci.runtime.LinuxResources;
import jong.oci.runtime.ProcessSpec;
import jong.runtime.Container;
import jong.runtime.monitor.ExitRecord;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException.InvalidArgument;

/** A task on this machine: the runtime's container in the manager's words. */
final class LocalTask implements Task {

    private final Container container;
    private final Runnable forget;
    private final CompletableFuture<ExitStatus> exit;

    /**
     * @param forget called when the task is deleted
     */
    LocalTask(Container container, Runnable forget) {
        this.container = container;
        this.forget = forget;
        this.exit = container.exit().thenApply(LocalTask::status);
    }

    private static ExitStatus status(ExitRecord end) {
        return new ExitStatus(end.code(), end.signal(), end.at(), end.oomKilled());
    }

    @Override
    public String id() {
        return container.id();
    }

    @Override
    public int pid() {
        return container.pid();
    }

    @Override
    public void awaitReady() {
        container.awaitReady();
    }

    @Override
    public Instant start() {
        return container.start();
    }

    @Override
    public Optional<Instant> startedAt() {
        return container.startedAt();
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
        return container.running();
    }

    @Override
    public void signal(int signo) {
        container.signal(signo);
    }

    @Override
    public void signalAll(int signo) {
        container.signalAll(signo);
    }

    @Override
    public void pause() {
        container.pause();
    }

    @Override
    public void resume() {
        container.resume();
    }

    @Override
    public boolean paused() {
        return container.paused();
    }

    @Override
    public Attachment attach(AttachStreams streams) {
        return new LocalAttachment(container.attach(LocalAttachment.wanted(streams)));
    }

    @Override
    public void resize(int rows, int columns) {
        container.resize(rows, columns);
    }

    @Override
    public TaskExec exec(ExecRequest request) {
        var process = new ProcessSpec(request.process());
        if (process.terminal() != request.stdio().terminal()) {
            throw new InvalidArgument(
                    "exec in task " + id() + ": process.terminal and stdio do not agree");
        }
        return new LocalTaskExec(container.exec(process, request.stdio().stdin()));
    }

    @Override
    public List<Integer> pids() {
        return container.pids();
    }

    @Override
    public void update(JsonObject linuxResources) {
        container.update(new LinuxResources(linuxResources));
    }

    @Override
    public TaskMetrics metrics() {
        return new TaskMetrics(Instant.now(), container.usage());
    }

    @Override
    public void delete() {
        container.delete();
        forget.run();
    }

    @Override
    public void destroy() {
        container.destroy();
        forget.run();
    }
}
