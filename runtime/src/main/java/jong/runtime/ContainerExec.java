package jong.runtime;

import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import jong.runtime.monitor.ExitRecord;
import jong.runtime.monitor.Monitor;
import jong.runtime.monitor.MonitorAttachment;
import jong.runtime.monitor.MonitorException;
import jong.runtime.plan.Plan;
import jong.wire.status.StatusException.Unavailable;

/** One more process in a running container. Thread-safe. */
public final class ContainerExec {

    private static final int SIGKILL = 9;

    private final Container container;
    private final Monitor.Session session;
    private final Plan plan;
    private final Monitor monitor;
    private final CompletableFuture<ExitRecord> exit = new CompletableFuture<>();

    ContainerExec(Container container, Monitor.Session session, Plan plan, Monitor monitor)
            throws IOException {
        this.container = container;
        this.session = session;
        this.plan = plan;
        this.monitor = monitor;
        Monitor.Waiting waiting = monitor.waitFor(session.number());
        Thread.ofVirtual().name("exec " + session.pid()).start(() -> exit.complete(await(waiting)));
    }

    /** A process whose monitor is gone was killed with its container. */
    private static ExitRecord await(Monitor.Waiting waiting) {
        try (waiting) {
            return waiting.answer();
        } catch (IOException e) {
            return new ExitRecord(128 + SIGKILL, SIGKILL, Instant.now(), false, Optional.empty());
        }
    }

    /** Its id. */
    public int pid() {
        return session.pid();
    }

    /**
     * Lets the command begin.
     *
     * @return when it began
     */
    public Instant start() {
        try {
            return monitor.start(session.number());
        } catch (MonitorException e) {
            throw StartFailure.of(plan, e);
        } catch (IOException e) {
            throw gone(e);
        }
    }

    /** Completes when the process has ended and its output was handed on. */
    public CompletableFuture<ExitRecord> exit() {
        return exit.copy();
    }

    /** Connects to its stdio. */
    public MonitorAttachment attach(Monitor.Streams streams) {
        return container.attach(session.number(), streams);
    }

    /** Sets the terminal's size. */
    public void resize(int rows, int columns) {
        container.resize(session.number(), rows, columns);
    }

    /** Sends a signal. */
    public void signal(int signo) {
        try {
            monitor.signal(session.number(), signo);
        } catch (MonitorException e) {
            throw Container.signalFailure(e, signo);
        } catch (IOException e) {
            throw gone(e);
        }
    }

    private Unavailable gone(IOException e) {
        return new Unavailable(
                "container " + container.id() + ": its monitor cannot be reached", e);
    }
}
