package jong.engine.containers;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import jong.api.IdMap;
import jong.engine.spec.MountPoint;
import jong.linux.Errno;
import jong.linux.ErrnoException;
import jong.linux.files.Directory;
import jong.linux.files.Fd;
import jong.linux.files.FileType;
import jong.linux.files.OpenHow;
import jong.linux.files.Stat;
import jong.manager.snapshots.MountedSnapshot;
import jong.manager.snapshots.TreeCopy;
import jong.wire.status.StatusException.Internal;
import jong.wire.status.StatusException.NotFound;

/** Fills empty volumes with what the image has at their place, once, when a container is made. */
final class VolumeCopy {

    private static final OpenHow IN_ROOT = OpenHow.directory().inRoot();
    private static final OpenHow PLACE = OpenHow.path().inRoot();

    /** By volumes: a mount that waits for its server stops nobody else. */
    private final NamedLocks locks = new NamedLocks();

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
        List<MountPoint> bare = new ArrayList<>();
        try (var mounted =
                        MountedSnapshot.mount(world.snapshots().mounts(container.id()), directory);
                Directory root = Directory.open(mounted.root())) {
            for (MountPoint volume : volumes) {
                if (hasDirectory(root, volume)) {
                    seeded.add(volume);
                } else if (!volume.options().idMap().isNone()) {
                    bare.add(volume);
                }
            }
            for (MountPoint volume : seeded) {
                locked(volume, () -> fill(container, volume, root));
            }
            for (MountPoint volume : bare) {
                locked(volume, () -> own(container, volume));
            }
        }
    }

    private static boolean wants(MountPoint mount) {
        return mount.type() == MountPoint.Kind.VOLUME && mount.options().copy();
    }

    private static boolean hasDirectory(Directory root, MountPoint volume) throws IOException {
        try (Fd place = root.open("." + volume.destination(), PLACE)) {
            boolean directory = place.stat().type() == FileType.DIRECTORY;
            if (!directory && volume.options().anonymous()) {
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

    private interface Step {
        void run() throws IOException;
    }

    /** One container at a time for each volume: the second finds what the first has copied. */
    private void locked(MountPoint volume, Step step) throws IOException {
        try (var _ = locks.hold(volume.name())) {
            step.run();
        }
    }

    private void fill(Container container, MountPoint volume, Directory root) throws IOException {
        var owners = new MappedOwners(volume.options().idMap());
        try (PreparedMounts prepared = preparation.prepareToFill(container, volume);
                Directory target = Directory.open(Path.of(prepared.mounts().getFirst().source()));
                Directory source = root.openDirectory("." + volume.destination(), IN_ROOT)) {
            boolean toFill =
                    target.list().isEmpty()
                            && !preparation.fill(
                                    container, volume, place -> copy(source, place, owners));
            // Whoever uses it meanwhile, which is why it is not filled yet, may have written there.
            if (toFill && target.list().isEmpty()) {
                TreeCopy.copyOrUndo(source, target, owners);
            }
        } catch (NotFound _) {
            // The part of the volume that is to be mounted does not exist: the start will tell.
        } catch (Internal e) {
            throw new Internal("failed to populate volume: " + e.getMessage(), e);
        } finally {
            preparation.release(container, volume);
        }
    }

    /** A new volume is root's, who is the container's root where it is not mapped. */
    private void own(Container container, MountPoint volume) throws IOException {
        try (PreparedMounts prepared = preparation.prepareToFill(container, volume);
                Directory target = Directory.open(Path.of(prepared.mounts().getFirst().source()))) {
            Stat stat = target.fd().stat();
            IdMap map = volume.options().idMap();
            boolean hasRoot = map.fileUid(0).isPresent() && map.fileGid(0).isPresent();
            if (hasRoot && stat.uid() == 0 && stat.gid() == 0 && target.list().isEmpty()) {
                Stat mapped = new MappedOwners(map).ofCopy(stat);
                target.fd().changeOwner(mapped.uid(), mapped.gid());
            }
        } catch (NotFound _) {
            // The part of the volume that is to be mounted does not exist: the start will tell.
        } finally {
            preparation.release(container, volume);
        }
    }

    private static void copy(Directory source, Path place, TreeCopy.Owners owners)
            throws IOException {
        try (Directory target = Directory.open(place)) {
            TreeCopy.copyAs(source, target, owners);
        }
    }
}
