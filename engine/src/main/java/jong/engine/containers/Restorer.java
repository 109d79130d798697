package jong.engine.containers;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import jong.engine.containers.ContainerState.Status;
import jong.manager.snapshots.SnapshotInfo;
import jong.manager.tasks.ExitStatus;
import jong.manager.tasks.Task;

/**
 * After a start of the daemon: finds again what runs, learns what ended meanwhile, and removes what
 * a death in the middle of something left.
 */
final class Restorer {

    private static final Logger LOG = System.getLogger(Restorer.class.getName());
    private static final Pattern ID = Pattern.compile("[0-9a-f]{64}");

    /** Docker's exit code of a container of which nobody knows how it ended. */
    private static final int LOST = 255;

    private final ContainerStore store;
    private final Collaborators world;
    private final VolumeMounts volumeMounts;
    private final MountPreparation mounts;
    private final Cleanups cleanups;
    private final Lifecycle lifecycle;
    private final Remover remover;

    Restorer(
            ContainerStore store,
            Collaborators world,
            ContainerMounts mounts,
            Cleanups cleanups,
            Lifecycle lifecycle,
            Remover remover) {
        this.store = store;
        this.world = world;
        this.volumeMounts = mounts.volumes();
        this.mounts = mounts.preparation();
        this.cleanups = cleanups;
        this.lifecycle = lifecycle;
        this.remover = remover;
    }

    /** Once, before the first request is served. */
    void restore() throws IOException {
        Map<String, Task> tasks = new HashMap<>();
        world.tasks().recover().forEach(task -> tasks.put(task.id(), task));
        store.leftovers().forEach(cleanups::finishRemoval);
        for (Container container : store.all()) {
            Task task = tasks.remove(container.id());
            volumeMounts.restore(container);
            try {
                restore(container, task);
            } catch (RuntimeException e) {
                LOG.log(Level.ERROR, "cannot restore container " + container.id(), e);
            }
        }
        for (Task orphan : tasks.values()) {
            orphan.destroy();
            world.networks().release(orphan.id());
        }
        world.volumes().unmountUnheld();
        removeUnknown();
        new DaemonStart(store, lifecycle).begin();
    }

    private void restore(Container container, @org.jspecify.annotations.Nullable Task task) {
        if (task == null) {
            if (container.running()) {
                lost(container);
            }
            return;
        }
        Optional<ExitStatus> exit = task.exitStatus();
        if (exit.isPresent() && isKnown(container, task)) {
            cleanups.afterRun(container, task);
            return;
        }
        container.task(task);
        container.attachments().open(task);
        if (exit.isPresent()) {
            world.networks().restore(container.id(), container.networkState(), 0);
            lifecycle.endedBefore(container, task, exit.get());
            return;
        }
        adopt(container, task);
        lifecycle.adopt(container, task);
    }

    /**
     * Whether the end of this run was stored, and only the cleaning after it was cut short. What is
     * left of the run then may tell nothing, or no longer the truth.
     */
    private static boolean isKnown(Container container, Task task) {
        ContainerState state = container.state();
        Instant stored = state.finishedAt();
        return state.status() == Status.EXITED
                && stored != null
                && !stored.isBefore(task.startedAt().orElse(Instant.EPOCH));
    }

    private void adopt(Container container, Task task) {
        Instant began = task.startedAt().orElseGet(Instant::now);
        Status status = task.paused() ? Status.PAUSED : Status.RUNNING;
        ContainerState before = container.state();
        ContainerState now = before.started(task.pid(), began).with(status);
        container.state(now);
        world.networks().restore(container.id(), container.networkState(), task.pid());
        mounts.restore(container);
        if (!now.equals(before)) {
            store.save(container);
        }
    }

    /** The host was restarted, or somebody emptied the run directory. */
    private void lost(Container container) {
        world.networks().release(container.id());
        ContainerState ended = container.state().ended(Status.EXITED, LOST, false, Instant.now());
        container.state(ended);
        container.network(StoppedNetwork.of(container.networkSettings()), container.networkState());
        if (container.host().autoRemove()) {
            remover.remove(container, true);
        } else {
            store.save(container);
        }
    }

    /** Snapshots and directories of containers that were never acknowledged. */
    private void removeUnknown() throws IOException {
        List<String> known = store.all().stream().map(Container::id).toList();
        List<String> leaving = List.copyOf(store.leftovers());
        for (SnapshotInfo snapshot : world.snapshots().walk()) {
            String key = snapshot.name();
            String id = ImageMounts.owner(key);
            if (ID.matcher(id).matches() && !known.contains(id) && !leaving.contains(id)) {
                world.snapshots().remove(key);
            }
        }
        try (Stream<Path> directories = Files.list(world.layout().containers())) {
            for (Path directory : directories.toList()) {
                String id = String.valueOf(directory.getFileName());
                if (ID.matcher(id).matches() && !known.contains(id) && !leaving.contains(id)) {
                    Trees.delete(directory);
                }
            }
        }
    }
}
