package jong.engine.containers;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import jong.api.HostConfig;
import jong.engine.spec.MountPoint;
import jong.manager.metadata.MetadataStore;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException.Conflict;
import jong.wire.status.StatusException.Internal;
import jong.wire.status.StatusException.NotFound;

/**
 * Tells containers another name of a volume: what they were made with names it, too, and what
 * inspect shows must make the same container again.
 *
 * <p>Those that run are refused: their processes have the old path in their mount table, and
 * programs that read inspect have it as well. For the locks of the others it waits, since the end
 * of a run has them for a moment, but not for long, since several are held at once.
 */
final class VolumeRenamer {

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final ContainerStore store;
    private final MetadataStore metadata;
    private final Cleanups cleanups;

    VolumeRenamer(ContainerStore store, MetadataStore metadata, Cleanups cleanups) {
        this.store = store;
        this.metadata = metadata;
        this.cleanups = cleanups;
    }

    /** What a container was before. */
    private record Before(List<MountPoint> mounts, HostConfig host) {}

    /**
     * Changes the volume and all of them, or nothing.
     *
     * @throws Conflict if one of them runs, or something else is being done with it
     */
    void rename(VolumeChange change, VolumeMove move) {
        List<Container> held = new ArrayList<>();
        try {
            // In order, so that two renames do not wait for each other.
            for (String id : new TreeSet<>(change.users())) {
                held.add(hold(id, change));
            }
            rename(change, held, move);
        } finally {
            held.forEach(container -> container.operation().unlock());
        }
    }

    private void rename(VolumeChange change, List<Container> held, VolumeMove move) {
        Map<Container, Before> before = new HashMap<>();
        try {
            move.files();
            for (Container container : held) {
                before.put(container, new Before(container.mounts(), container.host()));
                container.mounts(mounts(container.mounts(), change));
                container.update(host(container.host(), change));
            }
            metadata.transaction(() -> {
                move.record();
                held.forEach(store::save);
            });
        } catch (IOException e) {
            var failure = new Internal("rename " + change.oldName() + ": " + e.getMessage(), e);
            undo(before, move, failure);
            throw failure;
        } catch (RuntimeException e) {
            undo(before, move, e);
            throw e;
        }
    }

    private static void undo(
            Map<Container, Before> before, VolumeMove move, RuntimeException failure) {
        before.forEach((container, was) -> {
            container.mounts(was.mounts());
            container.update(was.host());
        });
        try {
            move.undo();
        } catch (IOException | RuntimeException e) {
            failure.addSuppressed(e); // The next start does it.
        }
    }

    private Container hold(String id, VolumeChange change) {
        Container container;
        try {
            container = store.get(id);
        } catch (NotFound _) {
            throw inUse(change, id); // It is being made, or is no container.
        }
        if (!container.id().equals(id) || container.running() || !locked(container)) {
            throw inUse(change, id);
        }
        if (container.running() || container.gone()) {
            container.operation().unlock();
            throw inUse(change, id);
        }
        cleanups.await(container); // What its last run holds has the old name.
        return container;
    }

    private static boolean locked(Container container) {
        try {
            return container.operation().tryLock(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static Conflict inUse(VolumeChange change, String id) {
        return new Conflict("rename %s: volume is in use - [%s]".formatted(change.oldName(), id));
    }

    private static List<MountPoint> mounts(List<MountPoint> mounts, VolumeChange change) {
        return mounts.stream()
                .map(mount ->
                        isMeant(mount, change)
                                ? mount.renamed(change.newName(), change.newPath().toString())
                                : mount)
                .toList();
    }

    private static boolean isMeant(MountPoint mount, VolumeChange change) {
        return mount.type() == MountPoint.Kind.VOLUME && mount.name().equals(change.oldName());
    }

    private static HostConfig host(HostConfig host, VolumeChange change) {
        JsonObject json = host.json().copy();
        String prefix = change.oldName() + ":";
        if (json.has("Binds")) {
            json.put(
                    "Binds",
                    host.binds().stream()
                            .map(bind ->
                                    bind.startsWith(prefix)
                                            ? change.newName() + bind.substring(prefix.length() - 1)
                                            : bind)
                            .toList());
        }
        for (JsonObject mount : json.objects("Mounts")) {
            boolean volume = mount.string("Type").equals("volume");
            if (volume && mount.string("Source").equals(change.oldName())) {
                mount.put("Source", change.newName());
            }
        }
        return new HostConfig(json);
    }
}
