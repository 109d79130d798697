package jong.engine.containers;

import jong.engine.containers.ContainerState.Status;
import jong.manager.tasks.Task;
import jong.wire.status.StatusException.Conflict;
import jong.wire.status.StatusException.Internal;

/** Pauses containers and lets them go on. */
final class Freezer {

    private final ContainerStore store;
    private final EventSink events;
    private final HealthMonitor health;

    Freezer(ContainerStore store, EventSink events, HealthMonitor health) {
        this.store = store;
        this.events = events;
        this.health = health;
    }

    /**
     * Freezes all processes of a container.
     *
     * @throws Conflict with docker's text if it does not run or is paused
     */
    void pause(Container container) {
        change(container, Status.PAUSED, "pause");
        health.stopped(container);
    }

    /**
     * Lets a paused container go on.
     *
     * @throws Internal with docker's text if it is not paused: clients know this as a 500
     */
    void unpause(Container container) {
        change(container, Status.RUNNING, "unpause");
        health.resumed(container);
    }

    private void change(Container container, Status next, String action) {
        container.operation().lock();
        try {
            if (next == Status.PAUSED) {
                freeze(container);
            } else {
                thaw(container);
            }
            container.state(container.state().with(next));
            store.save(container);
        } finally {
            container.operation().unlock();
        }
        events.publish("container", action, container.id(), container.attributes());
    }

    private static void freeze(Container container) {
        if (container.state().restarting()) {
            throw new Conflict(
                    "Container "
                            + container.id()
                            + " is restarting, wait until the container is running");
        }
        Task task = container.runningTask();
        if (container.state().paused()) {
            throw new Conflict("Container " + container.id() + " is already paused");
        }
        task.pause();
    }

    private static void thaw(Container container) {
        if (!container.state().paused()) {
            throw new Internal("Container " + container.id() + " is not paused");
        }
        container.runningTask().resume();
    }
}
