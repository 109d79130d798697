package jong.engine.containers;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import jong.engine.containers.ContainerState.Status;
import jong.manager.tasks.ExitStatus;
import jong.manager.tasks.Task;
import jong.wire.status.StatusException.NotModified;

/**
 * Starts containers, watches their end, and does then what is due: tell everybody, restart, remove.
 */
final class Lifecycle {

    private static final Logger LOG = System.getLogger(Lifecycle.class.getName());

    private final ContainerStore store;
    private final Collaborators world;
    private final Starter starter;
    private final Cleanups cleanups;
    private final Remover remover;
    private final Background background;
    private final HealthMonitor health;

    /** The last delay before a restart, by container id. */
    private final Map<String, Duration> delays = new ConcurrentHashMap<>();

    Lifecycle(
            ContainerStore store,
            Collaborators world,
            Starter starter,
            Cleanups cleanups,
            Remover remover,
            Background background,
            HealthMonitor health) {
        this.store = store;
        this.world = world;
        this.starter = starter;
        this.cleanups = cleanups;
        this.remover = remover;
        this.background = background;
        this.health = health;
    }

    /** A client's start: restarts are counted anew. */
    void start(Container container) {
        container.operation().lock();
        try {
            if (container.state().restarting()) {
                throw new NotModified("container is already running");
            }
            container.manuallyStopped(false);
            container.restartCount(0);
            delays.remove(container.id());
            begin(container);
        } catch (NotModified e) {
            throw e;
        } catch (RuntimeException e) {
            startFailed(container);
            throw e;
        } finally {
            container.operation().unlock();
        }
    }

    /** As {@link #start}, unless something has happened to the container since it was seen so. */
    void startIfStill(ContainerState seen, Container container) {
        container.operation().lock();
        try {
            if (container.state().equals(seen)) {
                start(container);
            }
        } finally {
            container.operation().unlock();
        }
    }

    private void begin(Container container) {
        Task task = starter.start(container);
        health.started(container);
        watch(container, task);
    }

    private void startFailed(Container container) {
        int code = container.state().exitCode();
        if (container.host().autoRemove() && container.state().status() == Status.CREATED) {
            remover.discard(container);
        }
        container.waiters().stopped(code);
    }

    /** A run from before this process. */
    void adopt(Container container, Task task) {
        if (!container.paused()) {
            health.started(container);
        }
        watch(container, task);
    }

    /** Waits for the end of a run. */
    private void watch(Container container, Task task) {
        background.watch("exit of " + container.id(), () -> ended(container, task, task.waitFor()));
    }

    /** The run of {@code task} is over. */
    void ended(Container container, Task task, ExitStatus exit) {
        ended(container, task, exit, this::restartLater);
    }

    /**
     * The run of {@code task} was over before this process began. What is to be started again waits
     * for {@link #restart}.
     */
    void endedBefore(Container container, Task task, ExitStatus exit) {
        ended(container, task, exit, (_, _) -> {});
    }

    private void ended(
            Container container,
            Task task,
            ExitStatus exit,
            BiConsumer<Container, Duration> restarting) {
        container.operation().lock();
        try {
            if (!container.isRun(task)) {
                return;
            }
            container.attachments().close();
            health.stopped(container);
            conclude(container, task, exit, restarting);
        } finally {
            container.operation().unlock();
        }
    }

    private void conclude(
            Container container,
            Task task,
            ExitStatus exit,
            BiConsumer<Container, Duration> restarting) {
        Instant began = container.state().startedAt();
        Duration run = Duration.between(began == null ? exit.at() : began, exit.at());
        boolean again =
                RestartRule.restarts(
                        container.host(),
                        exit.code(),
                        container.manuallyStopped(),
                        container.restartCount());
        boolean discard = container.host().autoRemove() && !again && !container.kept();
        var released =
                CompletableFuture.runAsync(
                        () -> release(container), work -> Thread.ofVirtual().start(work));
        Status next = again ? Status.RESTARTING : Status.EXITED;
        container.state(container.state().ended(next, exit.code(), exit.oomKilled(), exit.at()));
        // Not before: who sees no task, a stop for one, takes the run for ended.
        container.task(null);
        container.network(StoppedNetwork.of(container.networkSettings()), container.networkState());
        if (again) {
            container.restartCount(container.restartCount() + 1);
        }
        if (!discard) {
            store.save(container);
        }
        cleanups.afterRun(container, task);
        released.join();
        tell(container, exit, run);
        if (again) {
            restarting.accept(container, run);
        } else if (discard) {
            remover.discard(container);
        } else {
            container.waiters().stopped(exit.code());
        }
    }

    private void release(Container container) {
        try {
            world.networks().release(container.id());
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, "cannot take down the network of " + container.id(), e);
        }
    }

    private void tell(Container container, ExitStatus exit, Duration run) {
        if (exit.oomKilled()) {
            world.events().publish("container", "oom", container.id(), container.attributes());
        }
        world.events()
                .publish(
                        "container",
                        "die",
                        container.id(),
                        container.attributes(
                                "exitCode",
                                Integer.toString(exit.code()),
                                "execDuration",
                                Long.toString(run.toSeconds())));
    }

    private void restartLater(Container container, Duration run) {
        Duration last = delays.getOrDefault(container.id(), Duration.ZERO);
        Duration delay = RestartRule.nextDelay(last, run);
        delays.put(container.id(), delay);
        background.watch(
                "restart of " + container.id(),
                () -> {
                    Thread.sleep(delay);
                    restart(container);
                });
    }

    /** Begins the next run of a container that waits for it; nothing when it does not any more. */
    void restart(Container container) {
        container.operation().lock();
        try {
            if (container.state().restarting()) {
                beginAgain(container, container.state().exitCode());
            }
        } finally {
            container.operation().unlock();
        }
    }

    private void beginAgain(Container container, int lastExit) {
        try {
            begin(container);
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, "cannot restart container " + container.id(), e);
            restartFailed(container, lastExit);
        }
    }

    /** The container stays as its last run ended, with the reason why there is no other. */
    private void restartFailed(Container container, int lastExit) {
        String reason = container.state().error();
        container.state(container.state().failed(lastExit, reason).with(Status.EXITED));
        try {
            store.save(container);
        } finally {
            container.waiters().stopped(lastExit, reason);
        }
    }

    /** Gives up a restart that is due; the container then is exited. */
    void cancelRestart(Container container) {
        container.operation().lock();
        try {
            if (container.state().restarting()) {
                container.state(container.state().with(Status.EXITED));
                store.save(container);
                container.waiters().stopped(container.state().exitCode());
            }
        } finally {
            container.operation().unlock();
        }
    }
}
