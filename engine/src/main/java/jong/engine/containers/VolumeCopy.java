package jong.engine.containers;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import jong.engine.spec.MountPoint;
import jong.linux.Errno;
import jong.linux.ErrnoException;
import jong.linux.files.Directory;
import jong.linux.files.OpenHow;
import jong.manager.snapshots.MountedSnapshot;
import jong.manager.snapshots.Snapshotter;
import jong.manager.snapshots.TreeCopy;

/** Fills empty volumes with what the image has at their place, once, when a container is made. */
final class VolumeCopy {

    private static final OpenHow IN_ROOT = OpenHow.directory().inRoot();

    private final Snapshotter snapshots;
    private final Path mountPoints;

    VolumeCopy(Snapshotter snapshots, Layout layout) {
        this.snapshots = snapshots;
        this.mountPoints = layout.root().resolve("tmp");
    }

    /** Copies for each volume of the container that wants it; without such, mounts nothing. */
    void fill(Container container) throws IOException {
        List<MountPoint> volumes = container.mounts().stream().filter(VolumeCopy::wants).toList();
        if (volumes.isEmpty()) {
            return;
        }
        try (var mounted = MountedSnapshot.mount(snapshots.mounts(container.id()), mountPoints);
                Directory root = Directory.open(mounted.root())) {
            for (MountPoint volume : volumes) {
                fill(volume, root);
            }
        }
    }

    private static boolean wants(MountPoint mount) {
        return mount.type() == MountPoint.Kind.VOLUME && mount.options().copy();
    }

    private static void fill(MountPoint volume, Directory root) throws IOException {
        try (Directory target = Directory.open(Path.of(volume.source()))) {
            if (!target.list().isEmpty()) {
                return;
            }
            String path = "." + volume.destination();
            try (Directory source = root.openDirectory(path, IN_ROOT)) {
                TreeCopy.copy(source, target);
            }
        } catch (ErrnoException e) {
            // The image has nothing there, or no directory: the volume stays empty.
            if (e.errno() != Errno.ENOENT && e.errno() != Errno.ENOTDIR) {
                throw e;
            }
        }
    }
}
