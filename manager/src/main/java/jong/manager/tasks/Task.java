package jong.manager.tasks;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import jong.wire.json.JsonObject;

/**
 * The running side of one container. {@link Tasks} has the life cycle and an example.
 *
 * <p>Safe for any number of threads. Every method may throw {@link
 * jong.wire.status.StatusException.Unavailable} when the task's monitor cannot be reached any more.
 */
public interface Task {

    /** The id given at creation. */
    String id();

    /** The first process's id as this program's pid namespace sees it; it stays after the end. */
    int pid();

    /**
     * Waits until the first process has made its mounts and stands right before the user's command.
     * Returns at once when it is past that.
     *
     * <p>The error's text is runc's own without what stands before it in Docker ({@code failed to
     * create task …: runc create failed:} and at the end {@code : unknown}), such as {@code unable
     * to start container process: exec: "nosuch": executable file not found in $PATH} (NotFound; a
     * directory or a file without the execute bit is PermissionDenied). A user or group that the
     * container does not have is {@code unable to find user foo: no matching entries in passwd
     * file} (InvalidArgument), which Docker shows without anything before it.
     *
     * @throws jong.wire.status.StatusException as said; the task is then ended, {@link #destroy} is
     *     still needed
     */
    void awaitReady();

    /**
     * Lets the user's command begin, after {@link #awaitReady}, and returns once it was executed.
     *
     * @return when it began
     * @throws jong.wire.status.StatusException.Conflict if it began before
     * @throws jong.wire.status.StatusException with the runtime's text if it cannot be executed
     */
    Instant start();

    /** When the command began; empty before {@link #start}. Known after a recovery, too. */
    Optional<Instant> startedAt();

    /**
     * Waits for the end of the first process and until its output is in the log and was handed to
     * those attached. Any number of threads may wait; a later call answers at once.
     */
    ExitStatus waitFor();

    /** The exit status if the first process has ended. Does not wait. */
    Optional<ExitStatus> exitStatus();

    /** Whether the command began and has not ended; a paused task is running. */
    boolean running();

    /**
     * Sends a signal to the first process.
     *
     * @param signo the kernel's number, 1 to 64
     * @throws jong.wire.status.StatusException.NotFound if it has ended
     */
    void signal(int signo);

    /**
     * Sends a signal to every process in the task's cgroup, also to those that were put into
     * sub-cgroups. With SIGKILL nothing survives, however fast it forks. No processes: no error.
     */
    void signalAll(int signo);

    /** Freezes all processes. A paused task stays paused. */
    void pause();

    /** Lets a paused task go on. */
    void resume();

    /** Whether it is frozen. */
    boolean paused();

    /**
     * Connects to the first process's stdio, before or after {@link #start}. Output from before is
     * not repeated: it is in the log.
     *
     * @throws jong.wire.status.StatusException.NotFound if it has ended
     */
    Attachment attach(AttachStreams streams);

    /** Sets the terminal's size; without effect for a task that has no terminal or has ended. */
    void resize(int rows, int columns);

    /**
     * Makes one more process in the task's namespaces and cgroup. It waits for {@link
     * TaskExec#start}, so that a client can attach first.
     *
     * @throws jong.wire.status.StatusException.Conflict if the task is not running, or is paused
     * @throws jong.wire.status.StatusException with the runtime's text, such as {@code unable to
     *     find user foo: no matching entries in passwd file}
     */
    TaskExec exec(ExecRequest request);

    /** The ids of all processes in the task's cgroup, as this program's pid namespace sees them. */
    List<Integer> pids();

    /**
     * Changes the limits that the argument has members for.
     *
     * @param linuxResources {@code linux.resources} of the OCI runtime specification
     */
    void update(JsonObject linuxResources);

    /** What the task used so far. */
    TaskMetrics metrics();

    /**
     * Removes the cgroup and the run directory of an ended task, and kills what else is left in the
     * cgroup. The container's log and root filesystem belong to the caller.
     *
     * @throws jong.wire.status.StatusException.Conflict if the first process has not ended
     */
    void delete();

    /**
     * Ends the task by SIGKILL if need be, waits for the end, and does what {@link #delete} does.
     */
    void destroy();
}
