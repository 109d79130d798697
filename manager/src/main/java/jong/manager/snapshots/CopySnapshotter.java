package jong.manager.snapshots;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import jong.linux.KernelThreads;
import jong.linux.files.Directory;
import jong.manager.metadata.MetadataStore;
import jong.manager.snapshots.SnapshotInfo.Kind;
import jong.manager.unpack.LayerUnpacker.Unpacked;
import jong.wire.status.StatusException;

/**
 * Snapshots that are whole copies of their parents, for hosts without overlayfs: what docker calls
 * {@code vfs}. Works on every file system; takes time and space for each snapshot, unless the file
 * system can share blocks among files.
 *
 * <p>{@code root/snapshots/N/fs} is the whole tree of snapshot N. A snapshot without a parent that
 * is committed on one later is a layer in overlayfs's form until then, and is merged with a copy of
 * the parent.
 */
public final class CopySnapshotter extends DirectorySnapshotter {

    private static final int ROOT_PERMISSIONS = 0755;

    /** Opens the snapshots below {@code root}. */
    public CopySnapshotter(Path root, MetadataStore metadata) throws IOException {
        super(root, metadata);
        removeUnknown();
    }

    @Override
    public StorageDriver driver() {
        return StorageDriver.COPY;
    }

    @Override
    public void inherit(String key, Unpacked layer, String parent) throws IOException {
        super.inherit(key, layer, parent);
        if (parent.isEmpty()) {
            return;
        }
        SnapshotRecord before = records().existing(key);
        long merged = merge(parent, files(directory(before)));
        try {
            records().change(key, record -> record.withNumber(merged).withBase(parent));
        } catch (RuntimeException e) {
            deleteAfter(merged, e);
            throw e;
        } finally {
            numbered().settle(merged);
        }
        discard(directory(before));
    }

    @Override
    public void commitOnto(String parent, String name, String key) throws IOException {
        records().requireCommittableOnto(parent, name, key);
        SnapshotRecord layer = records().existing(key);
        if (layer.base().equals(parent)) {
            super.commitOnto(parent, name, key);
            return;
        }
        long merged = merge(parent, files(directory(layer)));
        try {
            records().commitOnto(parent, name, key, record -> record.withNumber(merged));
        } catch (RuntimeException e) {
            deleteAfter(merged, e);
            throw e;
        } finally {
            numbered().settle(merged);
        }
        discard(directory(layer));
    }

    @Override
    public void replace(String name, String key) throws IOException {
        requireSameBase(name, key);
        super.replace(name, key);
    }

    @Override
    public Optional<String> difference(String name, String key) throws IOException {
        requireSameBase(name, key);
        return super.difference(name, key);
    }

    /** The one directory that has all. */
    @Override
    List<Path> directories(String name) {
        return name.isEmpty() ? List.of() : List.of(files(name));
    }

    @Override
    void fill(Path own, String parent, Kind kind) throws IOException {
        try (var directory = Directory.open(own)) {
            String name = files(own).getFileName().toString();
            directory.makeDirectory(name, ROOT_PERMISSIONS);
            directory.changeMode(name, ROOT_PERMISSIONS);
        }
        if (kind == Kind.ACTIVE && !parent.isEmpty()) {
            KernelThreads.callToItsEnd(() -> copy(files(parent), files(own)));
        }
    }

    @Override
    List<Mount> mounts(SnapshotRecord record) {
        if (record.kind() == Kind.VIEW) {
            boolean empty = record.parent().isEmpty();
            return bind(empty ? files(directory(record)) : files(record.parent()), "ro");
        }
        return bind(files(directory(record)), "rw");
    }

    private static Path copy(Path from, Path to) throws IOException {
        TreeCopy.copy(from, to);
        return to;
    }

    private static Path merged(Path layer, Path tree) throws IOException {
        LayerMerge.merge(layer, tree);
        return tree;
    }

    private void requireSameBase(String name, String key) {
        String parent = records().existing(name).parent();
        if (!records().existing(key).base().equals(parent)) {
            throw new StatusException.InvalidArgument(
                    "snapshot " + key + " has not inherited from " + parent);
        }
    }

    /**
     * A new directory with a copy of the parent and a layer on it, to be settled.
     *
     * @throws StatusException.NotFound if the parent is gone meanwhile
     */
    private long merge(String parent, Path layer) throws IOException {
        long number = numbered().make();
        try {
            fill(numbered().path(number), parent, Kind.ACTIVE);
            Path tree = files(numbered().path(number));
            KernelThreads.callToItsEnd(() -> merged(layer, tree));
            return number;
        } catch (IOException | RuntimeException e) {
            deleteAfter(number, e);
            numbered().settle(number);
            records().existing(parent);
            throw e;
        }
    }
}
