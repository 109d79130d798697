package jong.engine.containers;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import jong.engine.containers.ExitWaiters.Result;
import jong.manager.tasks.Task;
import jong.wire.status.StatusException.Conflict;
import jong.wire.status.StatusException.Internal;
import jong.wire.status.StatusException.InvalidArgument;
import jong.wire.status.StatusException.NotFound;
import jong.wire.status.StatusException.NotModified;
import org.jspecify.annotations.Nullable;

/** Ends containers: by a polite signal, then by force. Holds no lock while it waits. */
final class Stopper {

    private static final long DEFAULT_SECONDS = 10;

    /** How long docker waits for the end after SIGKILL before it complains. */
    private static final Duration AFTER_KILL = Duration.ofSeconds(10);

    private final ContainerStore store;
    private final EventSink events;
    private final Lifecycle lifecycle;

    Stopper(ContainerStore store, EventSink events, Lifecycle lifecycle) {
        this.store = store;
        this.events = events;
        this.lifecycle = lifecycle;
    }

    /**
     * Stops a container and waits for its end.
     *
     * @param signal name or number; empty for the container's own
     * @param seconds until SIGKILL; negative for never, null for the container's own
     * @throws NotModified if it does not run
     */
    void stop(Container container, String signal, @Nullable Long seconds)
            throws InterruptedException {
        if (!container.running()) {
            throw new NotModified("container is already stopped");
        }
        String chosen = signal.isEmpty() ? container.config().stopSignal() : signal;
        int number = chosen.isEmpty() ? Signals.TERM : Signals.parse(chosen);
        end(container, number, seconds == null ? ownTimeout(container) : seconds);
        events.publish("container", "stop", container.id(), container.attributes());
    }

    private static long ownTimeout(Container container) {
        Long own = container.config().stopTimeout();
        return own == null ? DEFAULT_SECONDS : own;
    }

    private void end(Container container, int signal, long seconds) throws InterruptedException {
        CompletableFuture<Result> exit = container.waiters().nextExit();
        try {
            markStopped(container);
            lifecycle.cancelRestart(container);
            Task task = container.task();
            if (task == null) {
                return;
            }
            send(container, task, signal);
            if (seconds < 0) {
                await(exit, null);
            } else if (!await(exit, Duration.ofSeconds(seconds))) {
                kill(container, exit);
            }
        } finally {
            container.waiters().forget(exit);
        }
    }

    /** Kills a container and waits for its end; it must be running. */
    void kill(Container container) throws InterruptedException {
        CompletableFuture<Result> exit = container.waiters().nextExit();
        try {
            markStopped(container);
            lifecycle.cancelRestart(container);
            kill(container, exit);
        } finally {
            container.waiters().forget(exit);
        }
    }

    private void kill(Container container, CompletableFuture<Result> exit)
            throws InterruptedException {
        Task task = container.task();
        if (task == null) {
            return;
        }
        send(container, task, Signals.KILL);
        if (!await(exit, AFTER_KILL)) {
            throw new Internal(
                    "tried to kill container, but did not receive an exit event: "
                            + container.id());
        }
    }

    /**
     * A client's kill: with SIGKILL waits for the end, with another signal only sends it.
     *
     * @param signal name or number; empty for KILL
     * @throws Conflict with docker's text if the container does not run
     */
    void signal(Container container, String signal) throws InterruptedException {
        String prefix = "cannot kill container: " + container.name() + ": ";
        int number;
        try {
            number = signal.isEmpty() ? Signals.KILL : Signals.parse(signal);
        } catch (InvalidArgument e) {
            throw new InvalidArgument(prefix + e.getMessage(), e);
        }
        if (container.state().restarting()) {
            lifecycle.cancelRestart(container);
            return;
        }
        Task task = container.task();
        if (task == null || !container.running()) {
            throw new Conflict(prefix + "container " + container.id() + " is not running");
        }
        if (number == Signals.KILL) {
            kill(container);
        } else {
            markStopped(container);
            send(container, task, number);
        }
    }

    private void markStopped(Container container) {
        container.operation().lock();
        try {
            if (!container.manuallyStopped()) {
                container.manuallyStopped(true);
                if (container.running()) {
                    store.save(container);
                }
            }
        } finally {
            container.operation().unlock();
        }
    }

    private void send(Container container, Task task, int signal) {
        try {
            task.signal(signal);
        } catch (NotFound _) {
            // It ended by itself in this moment; the exit is on its way.
            return;
        }
        events.publish(
                "container",
                "kill",
                container.id(),
                container.attributes("signal", Integer.toString(signal)));
        if (container.state().paused()) {
            // A frozen process dies only when it is let go.
            task.resume();
        }
    }

    /** Whether the end came in time; without a limit it always does. */
    private static boolean await(CompletableFuture<Result> exit, @Nullable Duration limit)
            throws InterruptedException {
        try {
            if (limit == null) {
                exit.get();
            } else {
                exit.get(limit.toMillis(), TimeUnit.MILLISECONDS);
            }
            return true;
        } catch (TimeoutException _) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }
}
