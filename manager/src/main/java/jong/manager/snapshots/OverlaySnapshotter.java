package jong.manager.snapshots;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import jong.manager.metadata.MetadataStore;
import jong.manager.snapshots.SnapshotInfo.Kind;
import jong.wire.status.StatusException;

/**
 * Snapshots that overlayfs puts together.
 *
 * <p>{@code root/snapshots/N/fs} holds what was written into snapshot N, in overlayfs's form (a
 * whiteout is a character device 0:0, an opaque directory has {@code trusted.overlay.opaque=y});
 * {@code root/snapshots/N/work} belongs to overlayfs.
 */
public final class OverlaySnapshotter extends DirectorySnapshotter {

    private final OverlayTrees overlays = new OverlayTrees();

    /**
     * Opens the snapshots below {@code root}, whose path may have no {@code :} or {@code ,}: they
     * separate overlayfs's options.
     */
    public OverlaySnapshotter(Path root, MetadataStore metadata) throws IOException {
        super(OverlayTrees.requireUsable(root), metadata);
        removeUnknown();
    }

    /**
     * The directories, in overlayfs's form, of a snapshot and those that it stands on, topmost
     * first; none for {@code ""}.
     *
     * @throws StatusException.NotFound if there is no such snapshot
     */
    @Override
    public List<Path> directories(String name) {
        return records().chain(name).stream().map(record -> files(directory(record))).toList();
    }

    @Override
    public StorageDriver driver() {
        return StorageDriver.OVERLAY;
    }

    @Override
    public Map<String, String> status() throws IOException {
        return BackingFileSystem.of(numbered().root()).overlayStatus();
    }

    @Override
    public Map<String, String> places(String key) {
        List<Path> layers = directories(key);
        return OverlayTrees.places(layers, directory(records().existing(key)));
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
        return super.isIntact(own)
                && Files.isDirectory(OverlayTrees.work(own), LinkOption.NOFOLLOW_LINKS);
    }
}
