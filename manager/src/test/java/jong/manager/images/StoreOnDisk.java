package jong.manager.images;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import jong.manager.check.ContainerSnapshots;
import jong.manager.check.StoreCheck;
import jong.manager.check.Stores;
import jong.manager.leases.Leases;
import jong.manager.metadata.MetadataLabels;
import jong.manager.metadata.MetadataStore;
import jong.manager.snapshots.LayerSnapshotter;
import jong.manager.snapshots.StorageChoice;
import jong.manager.unpack.UnpackLimits;
import jong.oci.content.LocalContentStore;
import jong.registry.RegistryClient;
import jong.registry.RegistryOptions;

/** All that images are kept in, below one directory, as the daemon puts it together. */
public final class StoreOnDisk implements AutoCloseable {

    public final MetadataStore metadata;
    public final MetadataLabels labels;
    public final LocalContentStore content;
    public final LayerSnapshotter snapshots;
    public final Leases leases;
    public final RegistryClient registry;
    public final ClassicImages images;

    /** Opens the store in a directory, which is made if it does not exist. */
    public StoreOnDisk(Path directory, RegistryOptions options) throws IOException {
        this(directory, options, UnpackLimits.NONE);
    }

    /** Opens the store with limits for layers. */
    public StoreOnDisk(Path directory, RegistryOptions options, UnpackLimits limits)
            throws IOException {
        this(directory, options, limits, System.getProperty("jong.test.storage", ""));
    }

    /** Opens the store with a snapshotter of that name. */
    public StoreOnDisk(Path directory, RegistryOptions options, UnpackLimits limits, String driver)
            throws IOException {
        Path root = Files.createDirectories(directory);
        metadata = MetadataStore.open(root.resolve("metadata.db"));
        labels = new MetadataLabels(metadata);
        content = new LocalContentStore(root.resolve("content"), labels);
        snapshots = StorageChoice.open(driver, List.of(), root, metadata).snapshotter();
        leases = new Leases(metadata, Clock.systemUTC());
        registry = new RegistryClient(options);
        images = new ClassicImages(content, snapshots, metadata, leases, registry, 3, 5, limits);
    }

    /**
     * A check of it.
     *
     * @param opened what is older is nobody's work in progress
     */
    public StoreCheck check(ContainerSnapshots containers, Instant opened) {
        return new StoreCheck(
                new Stores(
                        content,
                        labels,
                        snapshots,
                        images.inventory(),
                        images.collector(),
                        leases,
                        metadata,
                        opened),
                containers);
    }

    @Override
    public void close() throws IOException {
        registry.close();
        images.collector().close();
        snapshots.unmountUnused(Set.of());
        metadata.close();
    }
}
