package jong.manager.check;

import java.time.Instant;
import jong.manager.gc.GarbageCollector;
import jong.manager.images.Inventory;
import jong.manager.leases.Leases;
import jong.manager.metadata.MetadataStore;
import jong.manager.snapshots.LayerSnapshotter;
import jong.oci.content.LabelStore;
import jong.oci.content.LocalContentStore;

/**
 * What is compared with each other.
 *
 * @param content the content store
 * @param labels of its content
 * @param snapshots the snapshotter
 * @param inventory what images and layers there should be
 * @param collector knows what belongs to nothing
 * @param leases keep what is mended
 * @param metadata the database
 * @param opened when this process began: what is older is nobody's work in progress
 */
public record Stores(
        LocalContentStore content,
        LabelStore labels,
        LayerSnapshotter snapshots,
        Inventory inventory,
        GarbageCollector collector,
        Leases leases,
        MetadataStore metadata,
        Instant opened) {}
