package jong.manager.tasks;

import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import jong.runtime.ContainerExec;

/** A further process on this machine. */
final class LocalTaskExec implements TaskExec {

    private final ContainerExec process;
    private final CompletableFuture<ExitStatus> exit;

    LocalTaskExec(ContainerExec process) {
        this.process = process;
        this.exit =
                process.exit()
                        .thenApply(
                                e -> new ExitStatus(e.code(), e.signal(), e.at(), e.oomKilled()));
    }

    @Override
    public int pid() {
        return process.pid();
    }

    @Override
    public Instant start() {
        return process.start();
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
    public Attachment attach(AttachStreams streams) {
        return new LocalAttachment(process.attach(LocalAttachment.wanted(streams)));
    }

    @Override
    public void resize(int rows, int columns) {
        process.resize(rows, columns);
    }

    @Override
    public void signal(int signo) {
        process.signal(signo);
    }
}
