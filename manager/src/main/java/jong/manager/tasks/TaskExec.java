package jong.manager.tasks;

import java.time.Instant;
import java.util.Optional;

/**
 * One more process in a running task ({@code docker exec}), made by {@link Task#exec}.
 *
 * <p>It needs no deletion: its monitor forgets it with the task. Safe for any number of threads.
 */
public interface TaskExec {

    /** The process's id as this program's pid namespace sees it. */
    int pid();

    /**
     * Lets the command begin and returns once it was executed.
     *
     * @return when it began
     * @throws jong.wire.status.StatusException with the runtime's text if it cannot be executed
     */
    Instant start();

    /** Waits for the end of the process and until its output was handed to those attached. */
    ExitStatus waitFor();

    /** The exit status if the process has ended. Does not wait. */
    Optional<ExitStatus> exitStatus();

    /** Connects to its stdio; best before {@link #start}, so that nothing is missed. */
    Attachment attach(AttachStreams streams);

    /** Sets the terminal's size; without effect when it has none or has ended. */
    void resize(int rows, int columns);

    /**
     * Sends a signal to the process.
     *
     * @throws jong.wire.status.StatusException.NotFound if it has ended
     */
    void signal(int signo);
}
