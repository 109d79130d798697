package jong.engine.containers;

import java.io.Closeable;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import jong.manager.tasks.Task;
import jong.wire.status.StatusException.Conflict;
import jong.wire.status.StatusException.NotFound;

/**
 * What is done after a container's end without making anybody wait: its cgroup, run directory and
 * volume mounts, and for a removed one its snapshot and directory.
 *
 * <p>One chain per container: a next start waits for the end of its chain.
 */
final class Cleanups {

    private final ContainerStore store;
    private final Collaborators world;
    private final MountPreparation mounts;
    private final ImageMounts images;
    private final Background background;
    private final Map<String, CompletableFuture<Void>> pending = new ConcurrentHashMap<>();

    Cleanups(
            ContainerStore store,
            Collaborators world,
            ContainerMounts mounts,
            Background background) {
        this.store = store;
        this.world = world;
        this.mounts = mounts.preparation();
        this.images = mounts.images();
        this.background = background;
    }

    /** Waits until a container's last run left nothing. */
    void await(Container container) {
        CompletableFuture<Void> cleanup = pending.get(container.id());
        if (cleanup != null) {
            cleanup.join();
        }
    }

    /** Waits for all that is under way; for who is about to look at snapshots or ports. */
    void awaitAll() {
        background.awaitCleanings();
    }

    /** After the end of a run. */
    void afterRun(Container container, Task task) {
        chain(
                container.id(),
                "cleanup after run of " + container.id(),
                () -> {
                    // What a failure of the task leaves does not keep volumes in use.
                    try (Closeable _ = () -> mounts.undo(container)) {
                        task.delete();
                    }
                });
    }

    /**
     * After a container was removed from the store, where a note stands until this is done.
     *
     * @param imageId what it was made from; the layers of an image that is gone go with its last
     *     container
     */
    void afterRemoval(String id, String imageId) {
        chain(
                id,
                "cleanup after removal of " + id,
                () -> {
                    deleteAll(id);
                    if (!imageId.isEmpty() && world.images().find(imageId).isEmpty()) {
                        world.images().collect(false);
                    }
                });
    }

    private void deleteAll(String id) throws Exception {
        try {
            world.snapshots().remove(id);
        } catch (NotFound _) {
            // The engine died after this step the last time.
        }
        images.remove(id);
        Trees.delete(world.layout().directory(id));
        store.cleaned(id);
    }

    /** At start: finishes a removal that an earlier process began. */
    void finishRemoval(String id) {
        world.tasks().find(id).ifPresent(Task::destroy);
        world.networks().release(id);
        chain(
                id,
                "cleanup after removal of " + id,
                () -> {
                    deleteAll(id);
                    world.images().collect(false);
                });
    }

    private void chain(String id, String name, Background.Work work) {
        var done = new CompletableFuture<Void>();
        CompletableFuture<Void> before = pending.put(id, done);
        background.clean(
                name,
                () -> {
                    try {
                        if (before != null) {
                            before.join();
                        }
                        work.run();
                    } catch (Conflict e) {
                        throw new IllegalStateException(name + ": " + e.getMessage(), e);
                    } finally {
                        pending.remove(id, done);
                        done.complete(null);
                    }
                });
    }
}
