package jong.linux.mounts;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import jong.linux.Errno;
import jong.linux.ErrnoException;
import jong.linux.files.Directory;
import jong.linux.files.Fd;
import jong.linux.files.FileType;
import jong.linux.files.OpenHow;

/**
 * The mounts of a view that are to show: copied before all are unmounted, so that one goes with the
 * mount it lies on only for a moment, and put back after that.
 *
 * <p>Their places are looked up as they were when they were mounted: inside the root, through its
 * symlinks. Only what a mount lies on counts then, and nothing in {@code /proc} or {@code /sys}
 * that a symlink leads to, which the container may have changed since. Used by one thread.
 */
final class KeptMounts implements AutoCloseable {
    private static final OpenHow PLACE = OpenHow.path().inRoot();
    private static final OpenHow INSIDE = OpenHow.directory().inRoot();
    private static final List<String> KERNELS = List.of("/proc", "/sys");

    private final Directory root;
    private final List<Kept> mounts = new ArrayList<>();

    /** A copy of a mount, with those below it. */
    private record Kept(String path, boolean directory, DetachedMount mount) {}

    private KeptMounts(Directory root) {
        this.root = root;
    }

    /**
     * Copies mounts.
     *
     * @param proc a procfs of the threads that this one belongs to
     * @param root of the view; stays the caller's
     * @param table what is mounted there
     * @param destinations where they were mounted, clean or not; one that is none is passed over
     */
    static KeptMounts copy(
            Directory proc, Directory root, MountTable table, List<String> destinations)
            throws IOException {
        var result = new KeptMounts(root);
        try {
            String last = "//";
            for (String path : paths(proc, root, destinations)) {
                boolean mounted =
                        table.entries().stream().anyMatch(e -> e.mountPoint().equals(path));
                if (mounted && !isIn(last, path)) {
                    result.add(path);
                    last = path;
                }
            }
            return result;
        } catch (IOException | RuntimeException e) {
            result.close();
            throw e;
        }
    }

    /** Where the destinations are, sorted: what lies in another comes after it. */
    private static Iterable<String> paths(Directory proc, Directory root, List<String> destinations)
            throws IOException {
        var paths = new TreeSet<String>();
        try (var descriptors = proc.openDirectory("thread-self/fd", OpenHow.directory())) {
            for (String destination : destinations) {
                try (Fd place = root.open(destination, PLACE)) {
                    String path = descriptors.readSymlink(Integer.toString(place.number()));
                    if (KERNELS.stream().noneMatch(k -> isIn(k, path) && !isIn(k, destination))) {
                        paths.add(path);
                    }
                } catch (ErrnoException e) {
                    if (e.errno() != Errno.ENOENT
                            && e.errno() != Errno.ENOTDIR
                            && e.errno() != Errno.ELOOP) {
                        throw e;
                    }
                }
            }
        }
        paths.remove("/");
        return paths;
    }

    private static boolean isIn(String directory, String path) {
        return path.equals(directory) || path.startsWith(directory + "/");
    }

    private void add(String path) throws IOException {
        try (Fd place = root.open(path, PLACE)) {
            boolean directory = place.stat().type() == FileType.DIRECTORY;
            mounts.add(new Kept(path, directory, DetachedMount.copyOf(place)));
        }
    }

    /**
     * Mounts the copies where the originals were. A place that lay in a mount that has gone is made
     * below it, unless the root is read-only: then the mount does not show.
     */
    void putBack() throws IOException {
        for (Kept kept : mounts) {
            try (Fd place = place(kept)) {
                kept.mount.attach(place);
            } catch (ErrnoException e) {
                if (e.errno() != Errno.EROFS) {
                    throw e;
                }
            }
        }
    }

    private Fd place(Kept kept) throws IOException {
        try {
            return root.open(kept.path, PLACE);
        } catch (ErrnoException e) {
            if (e.errno() != Errno.ENOENT) {
                throw e;
            }
        }
        String[] names = kept.path.split("/");
        String path = "";
        for (int i = 1; i < names.length; i++) {
            make(path + "/", names[i], kept.directory || i < names.length - 1);
            path = path + "/" + names[i];
        }
        return root.open(kept.path, PLACE);
    }

    private void make(String parent, String name, boolean directory) throws IOException {
        try (var in = root.openDirectory(parent, INSIDE)) {
            if (directory) {
                in.makeDirectory(name, 0755);
            } else {
                in.create(name, 0644).close();
            }
        } catch (ErrnoException e) {
            if (e.errno() != Errno.EEXIST) {
                throw e;
            }
        }
    }

    @Override
    public void close() {
        mounts.forEach(kept -> kept.mount.close());
    }
}
