package jong.manager.tasks;

import java.util.List;
import java.util.Optional;

/**
 * The processes of containers: made, found again, supervised.
 *
 * <p>A task is the running side of one container: its first process, the cgroup that holds it, the
 * monitor that keeps its stdio, its log and its exit status. The life of a task:
 *
 * <pre>
 * create ──► created ──start──► running ◄──pause/resume──► paused
 *               │                  │ first process ends
 *               └──── destroy ─────┴──► ended ──delete──► gone
 * </pre>
 *
 * <p>Nothing of this depends on the life of this program: after a restart {@link #recover} finds
 * the tasks that go on and those that ended meanwhile, with their exit status.
 *
 * <pre>{@code
 * Task task = tasks.create(new CreateTask(id, spec, mounts, List.of(),
 *         new Stdio(false, true), log));
 * network.attach(allocation, task.pid()); // while the mounts are being made
 * task.awaitReady();
 * Attachment terminal = task.attach(AttachStreams.ALL);
 * task.start();
 * ExitStatus status = task.waitFor();
 * task.delete();
 * }</pre>
 *
 * <p>All methods may be called from any thread; those that wait do so on virtual threads well.
 */
public interface Tasks {

    /**
     * Makes a task's cgroup, namespaces and first process, and returns as soon as that process
     * exists: its pid and its network namespace are usable, its mounts are still being made.
     *
     * <p>Whatever fails before the process exists is thrown here, what fails later is thrown by
     * {@link Task#awaitReady}. When this throws, nothing is left behind.
     *
     * @throws jong.wire.status.StatusException.AlreadyExists if a task with this id exists
     * @throws jong.wire.status.StatusException.InvalidArgument if the spec cannot be carried out,
     *     with the runtime's text for it
     * @throws jong.wire.status.StatusException.Internal if the kernel refuses
     */
    Task create(CreateTask request);

    /** The task with this id, if it was created here or recovered, and not deleted since. */
    Optional<Task> find(String id);

    /**
     * Finds the tasks that an earlier process of this program left, in the directory given to this
     * object. Called once, before anything else.
     *
     * <p>Tasks whose monitor answers are as alive as before. Those that ended have their exit
     * status. One whose monitor died (its process was killed with it) is ended with code 137 and
     * signal 9. A task that was created but never started is destroyed and not returned.
     */
    List<Task> recover();
}
