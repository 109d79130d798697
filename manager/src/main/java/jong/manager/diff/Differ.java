package jong.manager.diff;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import jong.linux.files.Directory;
import jong.manager.diff.Change.Kind;
import jong.manager.diff.TreeComparison.Purpose;
import jong.manager.snapshots.Mount;
import jong.manager.snapshots.MountedSnapshot;
import jong.manager.snapshots.SnapshotInfo;
import jong.manager.snapshots.Snapshotter;
import jong.manager.tar.TarEntry;
import jong.manager.tar.TarWriter;
import jong.wire.status.StatusException;

/**
 * Tells in what a snapshot differs from its parent (containerd's diff service): as the list of
 * {@code docker diff}, or as the layer of {@code docker commit}.
 *
 * <p>Of an overlay only the upper directory is read; of any other snapshot, both whole trees are.
 * Needs root, as all mounting does. The snapshot may be in use: what changes meanwhile is told or
 * not, and a layer is well formed whatever happens. All methods may be called by several threads at
 * once.
 *
 * <pre>{@code
 * var differ = new Differ(snapshotter, temporary);
 * differ.changes(
 *         containerId,
 *         change -> System.out.println(change.kind().letter() + " " + change.path()));
 * try (var layer = new BufferedOutputStream(contentWriter, 128 * 1024)) {
 *     differ.writeLayer(containerId, layer);   // plain tar: its digest is the diffID
 * }
 * }</pre>
 *
 * <p>For archives of whole trees, as of {@code docker export} and {@code docker cp}, use {@link
 * TreeArchive} on a {@link MountedSnapshot}.
 */
public final class Differ {

    private static final String VIEW = "diff-";

    private final Snapshotter snapshots;
    private final Path mountDirectory;
    private final AtomicLong counter = new AtomicLong();

    /**
     * Compares snapshots of one snapshotter; removes the mounts and views that a death in the
     * middle of an earlier comparison left there.
     *
     * @param mountDirectory where trees are mounted for the time of a call; made if missing
     */
    public Differ(Snapshotter snapshots, Path mountDirectory) throws IOException {
        this.snapshots = snapshots;
        this.mountDirectory = mountDirectory;
        MountedSnapshot.removeLeft(mountDirectory);
        for (SnapshotInfo snapshot : snapshots.walk()) {
            if (snapshot.kind() == SnapshotInfo.Kind.VIEW && snapshot.name().startsWith(VIEW)) {
                snapshots.remove(snapshot.name());
            }
        }
    }

    /** Hears of changes: there may be more of them than memory holds. */
    @FunctionalInterface
    public interface Changes {

        /** Hears of one; what it throws ends the comparison. */
        void add(Change change) throws IOException;
    }

    /** What a comparison does with the two trees. */
    private interface Use {
        void of(ComparedDirectory root) throws IOException;
    }

    /**
     * Tells the files in which an active snapshot differs from its parent while they are found: as
     * dockerd 26 tells them but for their order, which is random there. Here, a directory comes
     * before what is in it; of that, what was deleted comes first, then the rest, by name. A
     * directory with changes in it is told; what is in a deleted directory is not. What the engine
     * itself made for the container, such as {@code /.dockerenv} and places to mount on, is left
     * out.
     *
     * @throws StatusException.NotFound if there is no such snapshot
     * @throws StatusException.InvalidArgument if it is committed
     */
    public void changes(String key, Changes heard) throws IOException {
        compare(key, new TreeComparison(Purpose.CHANGES, new ChangeList(heard))::walk);
    }

    /**
     * Writes the changes as a layer: an uncompressed tar archive with AUFS whiteouts (OCI
     * image-spec, layer.md). Equal changes give equal bytes.
     *
     * @param out should be buffered; flushed and left open
     * @throws StatusException.NotFound if there is no such snapshot
     * @throws StatusException.InvalidArgument if it is committed
     */
    public void writeLayer(String key, OutputStream out) throws IOException {
        compare(key, root -> writeLayer(root, out));
    }

    static void writeLayer(ComparedDirectory root, OutputStream out) throws IOException {
        try (var tar = new TarWriter(out)) {
            new TreeComparison(Purpose.LAYER, new Layer(tar)).walk(root);
        }
    }

    /**
     * The lengths, in bytes, of the files that were added or changed: what {@code docker ps --size}
     * tells. Of an overlay all that was copied up counts.
     *
     * @throws StatusException.NotFound if there is no such snapshot
     * @throws StatusException.InvalidArgument if it is committed
     */
    public long size(String key) throws IOException {
        var sizes = new FileSizes();
        Use use = new TreeComparison(Purpose.LAYER, sizes)::walk;
        String upper = snapshots.mounts(key).getLast().option("upperdir");
        if (upper.isEmpty()) {
            compare(key, use);
        } else {
            try (var directory = Directory.open(Path.of(upper))) {
                withParent("", directory, false, use);
            }
        }
        return sizes.total();
    }

    private void compare(String key, Use use) throws IOException {
        List<Mount> mounts = snapshots.mounts(key);
        String parent =
                snapshots
                        .stat(key)
                        .orElseThrow(() ->
                                new StatusException.NotFound(
                                        "snapshot " + key + " does not exist: not found"))
                        .parent();
        String upper = mounts.getLast().option("upperdir");
        if (!upper.isEmpty()) {
            try (var directory = Directory.open(Path.of(upper))) {
                withParent(parent, directory, true, use);
            }
            return;
        }
        try (var mounted = MountedSnapshot.mount(mounts, mountDirectory);
                var directory = Directory.open(mounted.root())) {
            withParent(parent, directory, false, use);
        }
    }

    private void withParent(String parent, Directory upper, boolean overlay, Use use)
            throws IOException {
        if (parent.isEmpty()) {
            try (var root = new ComparedDirectory("", upper, null, overlay)) {
                use.of(root);
            }
            return;
        }
        String view = VIEW + counter.incrementAndGet();
        List<Mount> mounts = snapshots.view(view, parent);
        try (var mounted = MountedSnapshot.mount(mounts, mountDirectory);
                var lower = Directory.open(mounted.root());
                var root = new ComparedDirectory("", upper, lower, overlay)) {
            use.of(root);
        } finally {
            snapshots.remove(view);
        }
    }

    /** Makes the user's list. */
    private record ChangeList(Changes heard) implements TreeComparison.Listener {

        @Override
        public void present(Kind kind, ComparedDirectory parent, String name) throws IOException {
            heard.add(new Change(kind, "/" + parent.path(name)));
        }

        @Override
        public void deleted(String path) throws IOException {
            heard.add(new Change(Kind.DELETE, "/" + path));
        }

        @Override
        public void opaque(String path) {
            throw new IllegalStateException(path);
        }
    }

    /** Makes the archive. */
    private static final class Layer implements TreeComparison.Listener {

        private static final String WHITEOUT = ".wh.";
        private static final String OPAQUE = ".wh..wh..opq";

        private final TarWriter tar;
        private final TreeArchive files;

        Layer(TarWriter tar) {
            this.tar = tar;
            this.files = new TreeArchive(tar);
        }

        @Override
        public void present(Kind kind, ComparedDirectory parent, String name) throws IOException {
            if (name.startsWith(WHITEOUT)) {
                // dockerd stores it, and deletes another file when the layer is unpacked.
                throw new StatusException.InvalidArgument(
                        "file /"
                                + parent.path(name)
                                + " cannot be put into a layer: names that begin with "
                                + WHITEOUT
                                + " stand for deleted files there");
            }
            files.addFile(parent.path(name), parent.upper(), name);
        }

        @Override
        public void deleted(String path) throws IOException {
            int name = path.lastIndexOf('/') + 1;
            write(path.substring(0, name) + WHITEOUT + path.substring(name));
        }

        @Override
        public void opaque(String path) throws IOException {
            write(path + "/" + OPAQUE);
        }

        private void write(String name) throws IOException {
            tar.write(TarEntry.file(name, 0, 0).withPermissions(0600));
        }
    }
}
