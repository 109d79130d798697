package jong.manager.snapshots;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import jong.linux.Errno;
import jong.linux.ErrnoException;
import jong.linux.KernelThreads;
import jong.linux.files.Directory;
import jong.linux.mounts.MountFlag;
import jong.linux.mounts.Mounts;
import jong.wire.status.StatusException;

/**
 * The mounts of EROFS layers: each once per host, so that all containers share what is cached of
 * it, made when it is first needed and found again by a later process. An overlay holds its layers
 * by itself: containers go on when a layer is unmounted here.
 */
final class LayerMounts {

    private static final long EROFS_MAGIC = 0xE0F5E1E2L;

    /** For who can reach the directory; an overlay above has flags of its own. */
    private static final Set<MountFlag> FLAGS =
            Set.of(MountFlag.READ_ONLY, MountFlag.NO_DEV, MountFlag.NO_SUID, MountFlag.NO_EXEC);

    /** Held while a layer is mounted or unmounted: both look first. */
    private final ReentrantLock lock = new ReentrantLock();

    /** Mounts what is in a snapshot's directory if it is an EROFS layer. */
    void ensure(Path own) throws IOException {
        var layer = new ErofsLayer(own);
        if (!layer.exists()) {
            return;
        }
        lock.lock();
        try {
            Path files = DirectorySnapshotter.files(own);
            if (!isMounted(files)) {
                KernelThreads.call(() -> mount(layer, files));
            }
        } finally {
            lock.unlock();
        }
    }

    private static Path mount(ErofsLayer layer, Path files) throws IOException {
        Mounts.mount(layer.image().toString(), files, "erofs", FLAGS, layer.options());
        return files;
    }

    /**
     * Unmounts it.
     *
     * @throws StatusException.Conflict if somebody on the host is in there
     */
    void release(Path own) throws IOException {
        try {
            unmount(own, false);
        } catch (ErrnoException e) {
            if (e.errno() == Errno.EBUSY) {
                throw new StatusException.Conflict(
                        "the files of the layer in " + own + " are in use: " + e.getMessage());
            }
            throw e;
        }
    }

    /** Takes it out of sight, though somebody may be in there. */
    void abandon(Path own) throws IOException {
        unmount(own, true);
    }

    private void unmount(Path own, boolean lazily) throws IOException {
        lock.lock();
        try {
            Path files = DirectorySnapshotter.files(own);
            if (!isMounted(files)) {
                return;
            }
            if (lazily) {
                Mounts.detach(files);
            } else {
                Mounts.unmount(files);
            }
        } finally {
            lock.unlock();
        }
    }

    private static boolean isMounted(Path files) throws IOException {
        try (var directory = Directory.open(files)) {
            return (directory.fd().fileSystem().type() & 0xFFFFFFFFL) == EROFS_MAGIC;
        } catch (ErrnoException e) {
            if (e.errno() == Errno.ENOENT || e.errno() == Errno.ENOTDIR) {
                return false;
            }
            throw e;
        }
    }
}
