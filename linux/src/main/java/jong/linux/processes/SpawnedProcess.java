package jong.linux.processes;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import jong.linux.ErrnoException;
import jong.linux.calls.NativeCall;
import jong.linux.calls.Syscall;

/** A child of this process. Its end is collected as soon as it comes, waited for or not. */
public final class SpawnedProcess {
    private static final int P_PIDFD = 3;
    private static final int WEXITED = 4;
    private static final int SIGINFO_BYTES = 128;
    private static final int SI_CODE = 8;
    private static final int SI_STATUS = 24;
    private static final int CLD_EXITED = 1;

    private final PidFd process;
    private final CompletableFuture<ExitStatus> exit;

    SpawnedProcess(PidFd process, ProcessWatcher watcher) throws ErrnoException {
        this.process = process;
        this.exit = watcher.ended(process).thenApply(_ -> collect());
    }

    /** Its process id, free for reuse once {@link #exit} has completed. */
    public int pid() {
        return process.pid();
    }

    /** Completes when it has ended. */
    public CompletableFuture<ExitStatus> exit() {
        return exit.copy();
    }

    /**
     * Waits for its end; for virtual threads too.
     *
     * @throws InterruptedException when the waiting thread is interrupted
     */
    public ExitStatus waitFor() throws InterruptedException {
        try {
            return exit.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("waitid of pid " + pid(), e.getCause());
        }
    }

    /** Sends a signal by number; ESRCH when it has ended. */
    public void signal(int signal) throws ErrnoException {
        process.signal(signal);
    }

    private ExitStatus collect() {
        try (var arena = Arena.ofConfined();
                process) {
            var info = arena.allocate(SIGINFO_BYTES, 8);
            long result =
                    NativeCall.of(
                            Syscall.WAITID,
                            P_PIDFD,
                            process.fd().number(),
                            info.address(),
                            WEXITED,
                            0);
            NativeCall.check(result, Syscall.WAITID, process.pid());
            int status = info.get(JAVA_INT, SI_STATUS);
            return info.get(JAVA_INT, SI_CODE) == CLD_EXITED
                    ? new ExitStatus(status, 0)
                    : new ExitStatus(0, status);
        } catch (ErrnoException e) {
            throw new CompletionException(e);
        }
    }
}
