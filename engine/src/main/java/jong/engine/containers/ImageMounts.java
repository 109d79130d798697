package jong.engine.containers;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import jong.engine.spec.MountPoint;
import jong.manager.images.Image;
import jong.manager.snapshots.MountedSnapshot;
import jong.manager.snapshots.Snapshotter;
import jong.wire.status.StatusException.Internal;

/**
 * Images that are mounted into containers: each is a snapshot without changes, which keeps the
 * image's layers for as long as the container exists. Its key is the container's id, {@code
 * -image-} and a number.
 */
final class ImageMounts {

    private static final String SUFFIX = "-image-";

    private final Collaborators world;

    ImageMounts(Collaborators world) {
        this.world = world;
    }

    /** The container that a snapshot belongs to, if it is one of a container. */
    static String owner(String key) {
        int suffix = key.indexOf(SUFFIX);
        return suffix < 0 ? key : key.substring(0, suffix);
    }

    /**
     * Makes the snapshots of a new container. On failure, {@link #remove} what was made.
     *
     * @throws jong.wire.status.StatusException.NotFound if there is no such image
     */
    void create(String id, List<MountPoint> mounts) throws IOException {
        int number = 0;
        for (MountPoint mount : mounts) {
            if (mount.type() == MountPoint.Kind.IMAGE) {
                Image image = world.images().get(mount.name());
                world.snapshots().view(key(id, number++), image.snapshot());
            }
        }
    }

    /** Mounts one on the host. */
    MountedSnapshot mount(Container container, MountPoint mount, Path directory) {
        List<MountPoint> images =
                container.mounts().stream()
                        .filter(each -> each.type() == MountPoint.Kind.IMAGE)
                        .toList();
        String key = key(container.id(), images.indexOf(mount));
        try {
            return MountedSnapshot.mount(world.snapshots().mounts(key), directory);
        } catch (IOException e) {
            throw new Internal("cannot mount image " + mount.name() + ": " + e.getMessage(), e);
        }
    }

    /** Removes the snapshots of a container that is gone, or could not be made. */
    void remove(String id) throws IOException {
        Snapshotter snapshots = world.snapshots();
        for (int i = 0; snapshots.stat(key(id, i)).isPresent(); i++) {
            snapshots.remove(key(id, i));
        }
    }

    private static String key(String id, int number) {
        return id + SUFFIX + number;
    }
}
