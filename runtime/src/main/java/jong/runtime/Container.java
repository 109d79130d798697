package jong.runtime;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import jong.linux.Errno;
import jong.linux.processes.PidFd;
import jong.oci.runtime.LinuxResources;
import jong.oci.runtime.ProcessSpec;
import jong.oci.runtime.Spec;
import jong.runtime.cgroups.CgroupUsage;
import jong.runtime.cgroups.ContainerCgroup;
import jong.runtime.hooks.ContainerState;
import jong.runtime.hooks.Hooks;
import jong.runtime.monitor.ExitRecord;
import jong.runtime.monitor.Monitor;
import jong.runtime.monitor.MonitorAttachment;
import jong.runtime.monitor.MonitorException;
import jong.runtime.monitor.SessionState;
import jong.runtime.plan.ExecPlanRequest;
import jong.runtime.plan.Plan;
import jong.runtime.plan.PlanCompiler;
import jong.runtime.seccomp.SeccompCompiler;
import jong.wire.status.StatusException;
import jong.wire.status.StatusException.Conflict;
import jong.wire.status.StatusException.Internal;
import jong.wire.status.StatusException.InvalidArgument;
import jong.wire.status.StatusException.NotFound;
import jong.wire.status.StatusException.Unavailable;

/**
 * A container that exists: its first process, its monitor, its cgroups, its run directory.
 *
 * <p>Thread-safe. What changes here are futures and one volatile field; everything else is asked
 * from the monitor or the kernel. Two virtual threads of its own wait for the monitor's news.
 */
public final class Container {

    private static final int SIGKILL = 9;
    private static final int KILLED = 128 + SIGKILL;

    /**
     * What a container consists of.
     *
     * @param record what is known of it
     * @param directory its run directory
     * @param monitor who watches it
     * @param cgroup its cgroups
     * @param seccomp compiles the filter of further processes
     */
    record Parts(
            ContainerRecord record,
            Path directory,
            Monitor monitor,
            ContainerCgroup cgroup,
            SeccompCompiler seccomp) {}

    private final Parts parts;
    private final Plan plan;
    private final CompletableFuture<Void> ready = new CompletableFuture<>();
    private final CompletableFuture<ExitRecord> exit = new CompletableFuture<>();
    private final Hooks hooks;
    private final AtomicBoolean removed = new AtomicBoolean();
    private volatile Optional<Instant> startedAt = Optional.empty();

    private Container(Parts parts, Plan plan) {
        this.parts = parts;
        this.plan = plan;
        this.hooks = new Hooks(ContainerState.of(id(), parts.record.bundle(), spec()), spec());
    }

    static Container created(Parts parts, Monitor.Creation creation, Plan plan) throws IOException {
        var container = new Container(parts, plan);
        // Asked for now: after a quick end the monitor is gone.
        container.watch(parts.monitor.waitFor(0));
        Thread.ofVirtual()
                .name("ready " + parts.record.id())
                .start(() -> container.awaitReady(creation));
        return container;
    }

    static Container recovered(Parts parts) throws IOException {
        var container = new Container(parts, new Plan(List.of()));
        container.ready.complete(null);
        Optional<ExitRecord> end = parts.monitor.exitFile();
        if (end.isPresent()) {
            container.ended(end.get());
            return container;
        }
        try {
            Monitor.Waiting waiting = parts.monitor.waitFor(0);
            container.startedAt = container.askStartTime();
            container.watch(waiting);
        } catch (IOException e) {
            container.ended(container.endWithoutMonitor());
        }
        return container;
    }

    private Optional<Instant> askStartTime() throws IOException {
        return parts.monitor.state().stream()
                .filter(s -> s.session() == 0)
                .map(SessionState::startedAt)
                .filter(at -> at.isAfter(Instant.EPOCH))
                .findFirst();
    }

    private void awaitReady(Monitor.Creation creation) {
        try (creation) {
            creation.awaitReady();
            ready.complete(null);
        } catch (MonitorException e) {
            ready.completeExceptionally(StartFailure.of(plan, e, parts.cgroup));
        } catch (IOException e) {
            ready.completeExceptionally(
                    new Unavailable("container " + id() + ": its monitor is gone", e));
        }
    }

    private void watch(Monitor.Waiting waiting) {
        Thread.ofVirtual()
                .name("exit " + id())
                .start(() -> {
                    try (waiting) {
                        ended(waiting.answer());
                    } catch (IOException e) {
                        ended(endWithoutMonitor());
                    }
                });
    }

    private void ended(ExitRecord end) {
        if (startedAt.isEmpty()) {
            startedAt = end.startedAt();
        }
        exit.complete(end);
    }

    /** The monitor wrote the file, or was killed and took its container's first process along. */
    private ExitRecord endWithoutMonitor() {
        Optional<ExitRecord> written = Optional.empty();
        try {
            written = parts.monitor.exitFile();
        } catch (IOException e) {
            System.getLogger(Container.class.getName())
                    .log(System.Logger.Level.WARNING, "container " + id(), e);
        }
        if (written.isPresent()) {
            return written.get();
        }
        killFirstProcess();
        return new ExitRecord(KILLED, SIGKILL, Instant.now(), false, Optional.of(Instant.EPOCH));
    }

    private void killFirstProcess() {
        try (PidFd process = PidFd.open(pid(), parts.record.startTime())) {
            process.signal(SIGKILL);
        } catch (IOException e) {
            // It is gone already, which is what was wanted.
            System.getLogger(Container.class.getName())
                    .log(System.Logger.Level.DEBUG, "container " + id(), e);
        }
    }

    /** Its id. */
    public String id() {
        return parts.record.id();
    }

    /** Its configuration. */
    public Spec spec() {
        return parts.record.spec();
    }

    /** The directory that its configuration speaks of. */
    public Path bundle() {
        return parts.record.bundle();
    }

    /** When it was made. */
    public Instant createdAt() {
        return parts.record.createdAt();
    }

    /** Its state in the specification's word (runtime.md), or {@code paused}. */
    public String status() {
        if (exit.isDone()) {
            return "stopped";
        }
        if (startedAt.isEmpty()) {
            return "created";
        }
        return paused() ? "paused" : "running";
    }

    /** Its first process's id. */
    public int pid() {
        return parts.record.pid();
    }

    /**
     * Waits until the first process stands before the user's command.
     *
     * @throws StatusException with runc's text if it cannot
     */
    public void awaitReady() {
        try {
            ready.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof StatusException failure) {
                throw failure;
            }
            throw e;
        }
    }

    /**
     * Lets the user's command begin, and runs the {@code poststart} hooks. When one of these fails,
     * the container is stopped; to delete it is left to the caller.
     *
     * @return when it began
     * @throws Conflict if it began before
     * @throws Internal with runc's text if a hook failed
     */
    public Instant start() {
        awaitReady();
        if (startedAt.isPresent()) {
            throw new Conflict("cannot start an already running container");
        }
        try {
            Instant now = parts.monitor.start(0);
            startedAt = Optional.of(now);
            runPoststart();
            return now;
        } catch (MonitorException e) {
            throw StartFailure.of(plan, e);
        } catch (IOException e) {
            throw gone(e);
        }
    }

    private void runPoststart() {
        try {
            hooks.poststart(pid());
        } catch (Internal e) {
            abort();
            throw e;
        }
    }

    /** When the command began, if it did. */
    public Optional<Instant> startedAt() {
        return startedAt;
    }

    /** Completes when the first process has ended and its output is written. */
    public CompletableFuture<ExitRecord> exit() {
        return exit.copy();
    }

    /** Whether the command began and has not ended. */
    public boolean running() {
        return startedAt.isPresent() && !exit.isDone();
    }

    /**
     * Sends a signal to the first process.
     *
     * @throws NotFound if it has ended
     */
    public void signal(int signo) {
        if (exit.isDone()) {
            throw new NotFound("container not running");
        }
        try {
            parts.monitor.signal(0, signo);
        } catch (MonitorException e) {
            throw signalFailure(e, signo);
        } catch (IOException e) {
            throw gone(e);
        }
    }

    static StatusException signalFailure(MonitorException e, int signo) {
        return switch (Errno.of(e.number())) {
            case ESRCH -> new NotFound("container not running", e);
            case EINVAL -> new InvalidArgument("invalid signal: " + signo, e);
            default -> new Internal("cannot send signal " + signo + ": " + e.getMessage(), e);
        };
    }

    /** Sends a signal to all processes of the container. */
    public void signalAll(int signo) {
        Kernel.run(() -> parts.cgroup.signalAll(signo));
    }

    /** Freezes all processes. */
    public void pause() {
        Kernel.run(parts.cgroup::freeze);
    }

    /** Lets them go on. */
    public void resume() {
        Kernel.run(parts.cgroup::thaw);
    }

    /** Whether they are frozen. */
    public boolean paused() {
        return Kernel.get(parts.cgroup::frozen);
    }

    /** All its processes. */
    public List<Integer> pids() {
        return Kernel.get(parts.cgroup::pids);
    }

    /** What it used. */
    public CgroupUsage usage() {
        return Kernel.get(parts.cgroup::usage);
    }

    /** How many of its processes were killed for lack of memory; 0 when its cgroup is gone. */
    public long oomKills() {
        return Kernel.get(parts.cgroup::oomKills);
    }

    /** Sets the limits that are given. */
    public void update(LinuxResources resources) {
        Kernel.run(() -> parts.cgroup.update(resources));
    }

    /**
     * Connects to the first process's stdio.
     *
     * @throws NotFound if it has ended
     */
    public MonitorAttachment attach(Monitor.Streams streams) {
        return attach(0, streams);
    }

    MonitorAttachment attach(int session, Monitor.Streams streams) {
        try {
            return parts.monitor.attach(session, streams);
        } catch (MonitorException e) {
            throw Errno.of(e.number()) == Errno.ESRCH
                    ? new NotFound("container not running", e)
                    : new Internal("cannot attach: " + e.getMessage(), e);
        } catch (IOException e) {
            throw gone(e);
        }
    }

    /** Sets the terminal's size. */
    public void resize(int rows, int columns) {
        resize(0, rows, columns);
    }

    void resize(int session, int rows, int columns) {
        try {
            parts.monitor.resize(session, rows, columns);
        } catch (MonitorException e) {
            if (Errno.of(e.number()) != Errno.ESRCH && Errno.of(e.number()) != Errno.ENOTTY) {
                throw new Internal("cannot resize the terminal: " + e.getMessage(), e);
            }
        } catch (IOException e) {
            throw gone(e);
        }
    }

    /**
     * Makes one more process.
     *
     * @param stdin whether its input stays open for attached clients
     * @throws Conflict if the container is not running, or frozen
     */
    public ContainerExec exec(ProcessSpec process, boolean stdin) {
        if (!running()) {
            throw new Conflict("cannot exec in a stopped container");
        }
        if (paused()) {
            throw new Conflict(
                    "cannot exec in a paused container (use --ignore-paused to override)");
        }
        Plan execPlan = PlanCompiler.exec(execRequest(process));
        try {
            var stdio = new Monitor.StdioKind(stdin, process.terminal());
            Monitor.Session session = parts.monitor.exec(stdio, execPlan.encode());
            return new ContainerExec(this, session, execPlan, parts.monitor);
        } catch (MonitorException e) {
            throw StartFailure.of(execPlan, e);
        } catch (IOException e) {
            throw gone(e);
        }
    }

    private ExecPlanRequest execRequest(ProcessSpec process) {
        return new ExecPlanRequest(
                id(),
                bundle(),
                parts.record.spec(),
                process,
                pid(),
                parts.record.startTime(),
                parts.cgroup.placement(),
                parts.record.spec().linux().seccomp().map(parts.seccomp::compile),
                "",
                0);
    }

    /**
     * Removes what is left of an ended container.
     *
     * @throws Conflict if it has not ended
     */
    public void delete() {
        if (!exit.isDone() && !ready.isCompletedExceptionally()) {
            throw new Conflict("cannot delete container " + id() + " that is not stopped");
        }
        // The monitor of a container that never came to its start waits to be told.
        destroy();
    }

    /** Ends it, however far it is, and removes what is left. */
    public void destroy() {
        if (!exit.isDone() || ready.isCompletedExceptionally()) {
            abort();
        }
        remove();
    }

    private void abort() {
        try {
            // Whoever waits for a container that failed before its start is told an end, too;
            // but its monitor stays until it hears that nobody will try again.
            if (startedAt.isPresent() && !ready.isCompletedExceptionally()) {
                Kernel.run(() -> parts.cgroup.signalAll(SIGKILL));
                exit.join();
            } else {
                parts.monitor.abort();
            }
        } catch (IOException e) {
            // Without a monitor there is nobody to end; the cgroup's removal kills what is left.
            System.getLogger(Container.class.getName())
                    .log(System.Logger.Level.DEBUG, "container " + id(), e);
        }
    }

    private void remove() {
        Kernel.run(parts.cgroup::remove);
        Kernel.run(() -> RunDirectory.delete(parts.directory));
        if (removed.compareAndSet(false, true)) {
            hooks.poststop(text ->
                    System.getLogger(Container.class.getName())
                            .log(System.Logger.Level.WARNING, "container " + id() + ": " + text));
        }
    }

    private Unavailable gone(IOException e) {
        return new Unavailable("container " + id() + ": its monitor cannot be reached", e);
    }

    /** Runs what only the kernel can refuse. */
    private static final class Kernel {
        private Kernel() {}

        interface Action {
            void run() throws IOException;
        }

        interface Question<T> {
            T get() throws IOException;
        }

        static void run(Action action) {
            get(() -> {
                action.run();
                return true;
            });
        }

        static <T> T get(Question<T> question) {
            try {
                return question.get();
            } catch (IOException e) {
                throw new Internal(String.valueOf(e.getMessage()), e);
            }
        }
    }
}
