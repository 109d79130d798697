package jong.manager.snapshots;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import jong.linux.files.Directory;
import jong.manager.erofs.LayerTree;
import jong.manager.erofs.UnmountableLayerException;
import jong.manager.metadata.MetadataStore;
import jong.manager.snapshots.SnapshotInfo.Kind;
import jong.manager.unpack.ArchiveSource;
import jong.manager.unpack.LayerUnpacker;
import jong.manager.unpack.LayerUnpacker.Unpacked;
import jong.manager.unpack.LowerLayers;
import jong.manager.unpack.PlainArchive;
import jong.manager.unpack.UnpackLimits;

/**
 * Snapshots that overlayfs puts together, of layers that are mounted from their archives instead of
 * being unpacked.
 *
 * <p>A layer is {@code root/snapshots/N/compressed.erofs}, an image that Linux 6.12 mounts on
 * {@code fs}. Without {@linkplain LayerCompression compression} it is {@code layer.tar}, its
 * archive, and {@code layer.erofs}, an index that is mounted with the archive as its device. What
 * was written by hand, and a layer that cannot be mounted (it links to files of layers below), is a
 * directory as {@link OverlaySnapshotter} makes it; all go together in one chain.
 */
public final class ErofsSnapshotter extends DirectorySnapshotter {

    private final OverlayTrees overlays = new OverlayTrees();
    private final LayerMounts mounts = new LayerMounts();

    private final LayerCompression compression;

    /** What was read of archives and awaits its layers below, by the snapshot's directory. */
    private final Map<Path, Unfinished> unfinished = new ConcurrentHashMap<>();

    /** A layer, and where it comes from in case that it must be unpacked after all. */
    private record Unfinished(LayerTree tree, ArchiveSource archive) {}

    /**
     * Opens the snapshots below {@code root}, whose path may have no {@code :} or {@code ,}: they
     * separate options of mounts.
     *
     * @param compression of new layers; those that are there stay as they are
     */
    public ErofsSnapshotter(Path root, MetadataStore metadata, LayerCompression compression)
            throws IOException {
        super(OverlayTrees.requireUsable(root), metadata);
        this.compression = compression;
        removeUnknown();
    }

    @Override
    public StorageDriver driver() {
        return StorageDriver.EROFS;
    }

    @Override
    public Map<String, String> status() throws IOException {
        var backing = BackingFileSystem.of(numbered().root());
        Map<String, String> status = new LinkedHashMap<>();
        status.put("Backing Filesystem", backing.name());
        status.put("Supports d_type", Boolean.toString(backing.directoryTypes()));
        status.put("Layer Compression", compression.optionValue());
        return status;
    }

    @Override
    public Map<String, String> places(String key) {
        List<Path> layers =
                records().chain(key).stream().map(record -> files(directory(record))).toList();
        return OverlayTrees.places(layers, directory(records().existing(key)));
    }

    @Override
    public Unpacked unpack(String key, ArchiveSource archive, boolean bottom, UnpackLimits limits)
            throws IOException {
        prepare(key, "");
        Path own = directory(records().existing(key));
        try (InputStream stream = archive.open();
                var plain = PlainArchive.of(stream, limits)) {
            LayerTree tree = new ErofsLayer(own).store(plain.stream(), bottom, compression);
            unfinished.put(own, new Unfinished(tree, archive));
            return new Unpacked(
                    plain.diffId(),
                    plain.count(),
                    tree.size(),
                    tree.implicitDirectories(),
                    Map.of());
        } catch (UnmountableLayerException _) {
            return unpackFiles(own, archive, bottom, limits);
        }
    }

    @Override
    public void inherit(String key, Unpacked layer, String parent) throws IOException {
        Path own = directory(records().existing(key));
        Unfinished read = unfinished.remove(own);
        if (read == null) {
            super.inherit(key, layer, parent);
            return;
        }
        try (var lowers = LowerLayers.open(directories(parent))) {
            new ErofsLayer(own).finish(read.tree, lowers, layer.diffId());
            Files.delete(OverlayTrees.work(own));
        } catch (UnmountableLayerException _) {
            Unpacked again = unpackFiles(own, read.archive, parent.isEmpty(), UnpackLimits.NONE);
            super.inherit(key, again, parent);
        }
    }

    @Override
    public Optional<String> difference(String name, String key) throws IOException {
        Path wanted = directory(records().existing(key));
        Path actual = directory(records().existing(name));
        var layer = new ErofsLayer(actual);
        var other = new ErofsLayer(wanted);
        if (layer.exists() && other.exists() && layer.isSameAs(other)) {
            return Optional.empty();
        }
        mounts.ensure(wanted);
        try {
            mounts.ensure(actual);
            Optional<String> found = super.difference(name, key);
            return found.isEmpty() && layer.isMadeAs(other)
                    ? Optional.of("its image has other bytes, though the same files")
                    : found;
        } catch (IOException e) {
            return Optional.of("it cannot be read: " + e.getMessage());
        }
    }

    @Override
    public void unmountUnused(Set<String> used) throws IOException {
        Set<SnapshotRecord> needed = new HashSet<>();
        for (String key : used) {
            if (records().find(key).isPresent()) {
                needed.addAll(records().chain(key));
            }
        }
        for (SnapshotRecord record : records().all().values()) {
            if (!needed.contains(record)) {
                mounts.abandon(directory(record));
            }
        }
    }

    /** Of a snapshot and those that it stands on, topmost first, mounted where they have to be. */
    @Override
    List<Path> directories(String name) throws IOException {
        List<Path> all = new ArrayList<>();
        for (SnapshotRecord record : records().chain(name)) {
            Path own = directory(record);
            mounts.ensure(own);
            all.add(files(own));
        }
        return all;
    }

    @Override
    void fill(Path own, String parent, Kind kind) throws IOException {
        overlays.fill(own, directories(parent));
    }

    @Override
    List<Mount> mounts(SnapshotRecord record) throws IOException {
        return overlays.mounts(record.kind(), directory(record), directories(record.parent()));
    }

    @Override
    boolean isIntact(Path own) {
        var layer = new ErofsLayer(own);
        return super.isIntact(own)
                && (layer.exists()
                        ? layer.isIntact()
                        : Files.isDirectory(OverlayTrees.work(own), LinkOption.NOFOLLOW_LINKS));
    }

    @Override
    void release(Path own) throws IOException {
        unfinished.remove(own);
        mounts.release(own);
    }

    @Override
    void abandon(Path own) throws IOException {
        unfinished.remove(own);
        mounts.abandon(own);
    }

    /** Of a mounted layer, its image and what belongs to that. */
    @Override
    Usage measure(Path own) throws IOException {
        var layer = new ErofsLayer(own);
        if (!layer.exists()) {
            return super.measure(own);
        }
        try (var directory = Directory.open(own)) {
            long bytes = 0;
            List<Path> files = layer.files();
            for (Path file : files) {
                bytes += directory.stat(file.getFileName().toString()).allocatedBytes();
            }
            return new Usage(bytes, files.size());
        }
    }

    private static Unpacked unpackFiles(
            Path own, ArchiveSource archive, boolean bottom, UnpackLimits limits)
            throws IOException {
        new ErofsLayer(own).delete();
        try (InputStream stream = archive.open()) {
            return LayerUnpacker.unpack(stream, files(own), bottom, limits);
        }
    }
}
