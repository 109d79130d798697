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
import jong.manager.unpack.LayerUnpacker;
import jong.manager.unpack.LayerUnpacker.Unpacked;
import jong.manager.unpack.LowerLayers;
import jong.manager.unpack.PlainArchive;
import jong.manager.unpack.UnpackLimits;

/**
 * Snapshots that overlayfs puts together, of layers that are mounted from their archives instead of
 * being unpacked.
 *
 * <p>A layer is {@code root/snapshots/N/layer.tar}, its archive without compression, and {@code
 * layer.erofs}, an index of it that Linux 6.12 mounts, with the archive as its device, on {@code
 * fs}. What was written by hand, and a layer that cannot be mounted (it links to files of layers
 * below), is a directory as {@link OverlaySnapshotter} makes it; both go together in one chain.
 */
public final class ErofsSnapshotter extends DirectorySnapshotter {

    private final OverlayTrees overlays = new OverlayTrees();
    private final LayerMounts mounts = new LayerMounts();

    /** What was read of archives and awaits its layers below, by the snapshot's directory. */
    private final Map<Path, LayerTree> unfinished = new ConcurrentHashMap<>();

    /**
     * Opens the snapshots below {@code root}, whose path may have no {@code :} or {@code ,}: they
     * separate options of mounts.
     */
    public ErofsSnapshotter(Path root, MetadataStore metadata) throws IOException {
        super(OverlayTrees.requireUsable(root), metadata);
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
        return status;
    }

    @Override
    public Map<String, String> places(String key) {
        List<Path> layers =
                records().chain(key).stream().map(record -> files(directory(record))).toList();
        return OverlayTrees.places(layers, directory(records().existing(key)));
    }

    @Override
    public Unpacked unpack(String key, InputStream archive, boolean bottom, UnpackLimits limits)
            throws IOException {
        prepare(key, "");
        Path own = directory(records().existing(key));
        try (var plain = PlainArchive.of(archive, limits)) {
            Optional<LayerTree> tree = new ErofsLayer(own).store(plain.stream(), bottom);
            if (tree.isEmpty()) {
                return unpackStored(own, bottom);
            }
            unfinished.put(own, tree.get());
            return new Unpacked(
                    plain.diffId(),
                    plain.count(),
                    tree.get().size(),
                    tree.get().implicitDirectories(),
                    Map.of());
        }
    }

    @Override
    public void inherit(String key, Unpacked layer, String parent) throws IOException {
        Path own = directory(records().existing(key));
        LayerTree tree = unfinished.remove(own);
        if (tree == null) {
            super.inherit(key, layer, parent);
            return;
        }
        try (var lowers = LowerLayers.open(directories(parent))) {
            new ErofsLayer(own).finish(tree, lowers, layer.diffId());
            Files.delete(OverlayTrees.work(own));
        } catch (UnmountableLayerException _) {
            Unpacked again = unpackStored(own, parent.isEmpty());
            super.inherit(key, again, parent);
        }
    }

    @Override
    public Optional<String> difference(String name, String key) throws IOException {
        Path wanted = directory(records().existing(key));
        Path actual = directory(records().existing(name));
        var layer = new ErofsLayer(actual);
        boolean layers = layer.exists() && new ErofsLayer(wanted).exists();
        if (layers && layer.isSameAs(new ErofsLayer(wanted))) {
            return Optional.empty();
        }
        mounts.ensure(wanted);
        try {
            mounts.ensure(actual);
            Optional<String> found = super.difference(name, key);
            return found.isEmpty() && layers
                    ? Optional.of("its archive or the index of it has other bytes")
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

    /** Of a mounted layer, its two files. */
    @Override
    Usage measure(Path own) throws IOException {
        var layer = new ErofsLayer(own);
        if (!layer.exists()) {
            return super.measure(own);
        }
        try (var directory = Directory.open(own)) {
            long bytes = 0;
            for (Path file : List.of(layer.archive(), layer.image())) {
                bytes += directory.stat(file.getFileName().toString()).allocatedBytes();
            }
            return new Usage(bytes, 2);
        }
    }

    private Unpacked unpackStored(Path own, boolean bottom) throws IOException {
        var layer = new ErofsLayer(own);
        try (InputStream archive = Files.newInputStream(layer.archive())) {
            Unpacked unpacked =
                    LayerUnpacker.unpack(archive, files(own), bottom, UnpackLimits.NONE);
            layer.delete();
            return unpacked;
        }
    }
}
