package jong.engine.containers;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import jong.engine.spec.MountPoint;
import jong.linux.Errno;
import jong.linux.ErrnoException;
import jong.linux.files.Directory;
import jong.linux.files.DirectoryEntry;
import jong.linux.files.Fd;
import jong.linux.files.FileType;
import jong.linux.files.OpenHow;
import jong.manager.snapshots.MountedSnapshot;
import jong.manager.snapshots.TreeCopy;
import jong.wire.status.StatusException.Internal;
import jong.wire.status.StatusException.NotFound;

/** Fills empty volumes with what the image has at their place, once, when a container is made. */
final class VolumeCopy {

    private static final OpenHow IN_ROOT = OpenHow.directory().inRoot();
    private static final OpenHow PLACE = OpenHow.path().inRoot();

    /** More than copies that are made at once; of two volumes with one lock, the second waits. */
    private static final int LOCKS = 64;

    private final List<ReentrantLock> locks =
            Stream.generate(ReentrantLock::new).limit(LOCKS).toList();
    private final Collaborators world;
    private final MountPreparation preparation;

    VolumeCopy(Collaborators world, MountPreparation preparation) {
        this.world = world;
        this.preparation = preparation;
    }

    /**
     * Copies for each volume of the container that wants it; without such, mounts nothing.
     *
     * @throws Internal if an anonymous volume would lie on a file of the image
     */
    void fill(Container container) throws IOException {
        List<MountPoint> volumes = container.mounts().stream().filter(VolumeCopy::wants).toList();
        if (volumes.isEmpty()) {
            return;
        }
        Path directory = world.layout().root().resolve("tmp");
        List<MountPoint> seeded = new ArrayList<>();
        try (var mounted =
                        MountedSnapshot.mount(world.snapshots().mounts(container.id()), directory);
                Directory root = Directory.open(mounted.root())) {
            for (MountPoint volume : volumes) {
                if (hasDirectory(root, volume)) {
                    seeded.add(volume);
                }
            }
            for (MountPoint volume : seeded) {
                fill(container, volume, root);
            }
        }
    }

    private static boolean wants(MountPoint mount) {
        return mount.type() == MountPoint.Kind.VOLUME && mount.options().copy();
    }

    private static boolean hasDirectory(Directory root, MountPoint volume) throws IOException {
        try (Fd place = root.open("." + volume.destination(), PLACE)) {
            boolean directory = place.stat().type() == FileType.DIRECTORY;
            // Those of the configuration alone have no mode.
            if (!directory && volume.mode().isEmpty()) {
                throw new Internal(
                        "cannot mount volume over existing file, file exists "
                                + volume.destination());
            }
            return directory;
        } catch (ErrnoException e) {
            if (e.errno() == Errno.ENOENT || e.errno() == Errno.ENOTDIR) {
                return false;
            }
            throw e;
        }
    }

    /** One container at a time for each volume: the second finds what the first has copied. */
    private void fill(Container container, MountPoint volume, Directory root) throws IOException {
        ReentrantLock lock = locks.get(Math.floorMod(volume.name().hashCode(), LOCKS));
        lock.lock();
        try {
            fillLocked(container, volume, root);
        } finally {
            lock.unlock();
        }
    }

    private void fillLocked(Container container, MountPoint volume, Directory root)
            throws IOException {
        try (PreparedMounts prepared = preparation.prepareToFill(container, volume);
                Directory target = Directory.open(Path.of(prepared.mounts().getFirst().source()));
                Directory source = root.openDirectory("." + volume.destination(), IN_ROOT)) {
            if (target.list().isEmpty()
                    && !preparation.fill(container, volume, place -> copy(source, place))) {
                copy(source, target);
            }
        } catch (NotFound _) {
            // The part of the volume that is to be mounted does not exist: the start will tell.
        } catch (Internal e) {
            throw new Internal("failed to populate volume: " + e.getMessage(), e);
        } finally {
            preparation.release(container, volume);
        }
    }

    private static void copy(Directory source, Path place) throws IOException {
        try (Directory target = Directory.open(place)) {
            TreeCopy.copy(source, target);
        }
    }

    /** All or nothing: a volume that is not empty would never be filled again. */
    private static void copy(Directory source, Directory target) throws IOException {
        try {
            TreeCopy.copy(source, target);
        } catch (IOException e) {
            for (DirectoryEntry entry : source.list()) {
                if (target.statIfExists(entry.name()).isPresent()) {
                    target.removeTree(entry.name());
                }
            }
            throw e;
        }
    }
}
