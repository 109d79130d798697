package jong.engine.containers;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import jong.engine.spec.MountPoint;
import jong.linux.mounts.TemporaryMount;
import jong.manager.snapshots.MountedSnapshot;
import jong.wire.status.StatusException.Internal;

/**
 * A container's mounts while they are made: their sources are where they are now. What had to be
 * mounted on the host for that goes when this closes; a container that has its own copy by then
 * keeps it.
 *
 * <p>Used by one thread.
 */
final class PreparedMounts implements AutoCloseable {

    private interface Place {
        void remove() throws IOException;
    }

    private final List<MountPoint> mounts = new ArrayList<>();
    private final List<Place> places = new ArrayList<>();

    void add(MountPoint mount) {
        mounts.add(mount);
    }

    /** Keeps a place until this closes; where it is. */
    Path keep(TemporaryMount mount) {
        places.add(mount::close);
        return mount.place();
    }

    /** Keeps a place until this closes; where it is. */
    Path keep(MountedSnapshot snapshot) {
        places.add(snapshot::close);
        return snapshot.root();
    }

    List<MountPoint> mounts() {
        return List.copyOf(mounts);
    }

    @Override
    public void close() {
        Internal failure = null;
        for (Place place : places.reversed()) {
            try {
                place.remove();
            } catch (IOException e) {
                if (failure == null) {
                    String text = "cannot unmount what a start needed: " + e.getMessage();
                    failure = new Internal(text, e);
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        places.clear();
        if (failure != null) {
            throw failure;
        }
    }
}
