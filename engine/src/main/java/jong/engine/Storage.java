package jong.engine;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import jong.engine.config.DaemonOptions;
import jong.engine.images.ImageService;
import jong.manager.check.ContainerSnapshots;
import jong.manager.check.StoreCheck;
import jong.manager.check.Stores;
import jong.manager.gc.DiskWatch;
import jong.manager.images.ClassicImages;
import jong.manager.leases.Leases;
import jong.manager.metadata.MetadataLabels;
import jong.manager.metadata.MetadataStore;
import jong.manager.snapshots.LayerSnapshotter;
import jong.manager.snapshots.StorageChoice;
import jong.oci.content.LocalContentStore;
import jong.registry.RegistryClient;

/** The parts that keep images and the files of containers on the data root. */
record Storage(
        MetadataStore metadata,
        MetadataLabels labels,
        LocalContentStore content,
        StorageChoice choice,
        Leases leases,
        ClassicImages images) {

    /** Opens them, and removes what an earlier process left half done. */
    static Storage open(
            Path root, MetadataStore metadata, RegistryClient registry, DaemonOptions options)
            throws IOException {
        var choice =
                StorageChoice.open(
                        options.storageDriver(), options.storageOptions(), root, metadata);
        var labels = new MetadataLabels(metadata);
        var content = new LocalContentStore(root.resolve("content"), labels);
        var leases = new Leases(metadata, Clock.systemUTC());
        var images =
                new ClassicImages(
                        content,
                        choice.snapshotter(),
                        metadata,
                        leases,
                        registry,
                        options.maxConcurrentDownloads(),
                        options.maxConcurrentUploads(),
                        options.unpackLimits());
        return new Storage(metadata, labels, content, choice, leases, images);
    }

    /** The files of images and containers. */
    LayerSnapshotter snapshots() {
        return choice.snapshotter();
    }

    /** Verifies them all; what is older than this call is no work in progress. */
    StoreCheck check(ContainerSnapshots containers) {
        var stores =
                new Stores(
                        content,
                        labels,
                        snapshots(),
                        images.inventory(),
                        images.collector(),
                        leases,
                        metadata,
                        Clock.systemUTC().instant());
        return new StoreCheck(stores, containers);
    }

    /** What may go by itself when the disk fills: docs/decisions/0013-leases-and-collection.md. */
    DiskWatch watch(Path root, DaemonOptions options, ImageService service) {
        List<DiskWatch.Step> steps = new ArrayList<>();
        steps.add(() -> {
            int left = leases.releaseLeft();
            images.collector().collect();
            return left == 0 ? "" : "what " + left + " interrupted pulls had left";
        });
        if (options.gcDangling()) {
            steps.add(service::removeOldestDangling);
        }
        return new DiskWatch(
                DiskWatch.Gauge.of(root), options.gcThreshold(), steps, this::collectExpired);
    }

    private String collectExpired() throws IOException {
        if (leases.expire() > 0) {
            images.collector().collect();
        }
        return "";
    }
}
