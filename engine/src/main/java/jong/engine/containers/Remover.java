package jong.engine.containers;

import java.util.List;
import jong.engine.containers.ContainerState.Status;
import jong.engine.spec.MountPoint;
import jong.wire.status.StatusException.Conflict;

/** Removes containers: name and id are free at once, the rest goes in the background. */
final class Remover {

    private final ContainerStore store;
    private final Collaborators world;
    private final VolumeMounts volumeMounts;
    private final Cleanups cleanups;

    Remover(ContainerStore store, Collaborators world, ContainerMounts mounts, Cleanups cleanups) {
        this.store = store;
        this.world = world;
        this.volumeMounts = mounts.volumes();
        this.cleanups = cleanups;
    }

    /**
     * Removes a container that does not run.
     *
     * @param volumes whether its anonymous volumes go too
     * @throws Conflict with docker's text if it runs, is paused or is being removed
     */
    void remove(Container container, boolean volumes) {
        container.operation().lock();
        try {
            check(container);
            forget(container, volumes);
        } finally {
            container.operation().unlock();
        }
    }

    /** {@code --rm}: the caller holds the operation lock, and the container has ended. */
    void discard(Container container) {
        forget(container, true);
    }

    private static void check(Container container) {
        String prefix = "cannot remove container \"/" + container.name() + "\": ";
        switch (container.state().status()) {
            case PAUSED ->
                    throw new Conflict(prefix + "container is paused and must be unpaused first");
            case RUNNING ->
                    throw new Conflict(
                            prefix
                                    + "container is running: stop the container before removing or"
                                    + " force remove");
            case RESTARTING ->
                    throw new Conflict(
                            prefix
                                    + "container is restarting: stop the container before removing"
                                    + " or force remove");
            case REMOVING, DEAD ->
                    throw new Conflict(
                            "removal of container " + container.id() + " is already in progress");
            case CREATED, EXITED -> {}
        }
    }

    private void forget(Container container, boolean volumes) {
        int code = container.state().exitCode();
        List<MountPoint> mounts = container.mounts();
        store.remove(container);
        container.state(container.state().with(Status.DEAD));
        volumeMounts.release(container.id(), mounts);
        if (volumes) {
            volumeMounts.removeAnonymous(mounts);
        }
        container.attachments().close();
        cleanups.afterRemoval(container.id(), container.imageId());
        world.events().publish("container", "destroy", container.id(), container.attributes());
        container.waiters().removed(code);
    }
}
