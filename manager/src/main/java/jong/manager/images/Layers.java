package jong.manager.images;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import jong.manager.leases.Lease;
import jong.manager.leases.Resource;
import jong.manager.metadata.Bucket;
import jong.manager.metadata.MetadataStore;
import jong.manager.snapshots.LayerSnapshotter;
import jong.manager.unpack.UnpackLimits;
import jong.oci.Descriptor;
import jong.oci.Digest;
import jong.oci.content.ContentStore;
import jong.oci.image.ImageConfig;
import jong.wire.status.StatusException;

/**
 * The unpacked layers: a committed snapshot for each, named by its chain ID, and a record of where
 * it came from. New ones are made {@linkplain #under under a lease}.
 */
final class Layers {

    /** What an image may have: OVL_MAX_STACK of Linux, fs/overlayfs/params.h. */
    static final int MOST = 500;

    private static final String LAYER = "sha256:";

    private final ContentStore content;
    private final UnpackLimits limits;
    private final LayerSnapshotter snapshots;
    private final MetadataStore metadata;
    private final Bucket records;
    private final UnsyncedLayers unsynced;

    Layers(
            ContentStore content,
            LayerSnapshotter snapshots,
            MetadataStore metadata,
            UnpackLimits limits) {
        this.content = content;
        this.limits = limits;
        this.snapshots = snapshots;
        this.metadata = metadata;
        this.records = metadata.bucket("layers");
        this.unsynced = new UnsyncedLayers(snapshots, metadata);
    }

    /** Whether that is the name of a layer's snapshot. */
    static boolean isLayer(String snapshot) {
        return snapshot.startsWith(LAYER);
    }

    /**
     * Refuses, in docker's words, an image that could not run, before anything of it is unpacked.
     *
     * @param count of its layers
     */
    static void requireShowable(int count) {
        if (count > MOST) {
            throw new StatusException.InvalidArgument(
                    "max depth exceeded: " + count + " layers, limit " + MOST);
        }
    }

    /** Layers as work sees them that holds a lease. */
    LayerUnpacking under(Lease lease) {
        return new LayerUnpacking(this, content, snapshots, lease);
    }

    /** Those whose files may not be on disk yet. */
    UnsyncedLayers unsynced() {
        return unsynced;
    }

    /** How large a layer may become. */
    UnpackLimits limits() {
        return limits;
    }

    Optional<LayerRecord> record(Digest chainId) {
        return records.get(chainId.toString()).map(LayerRecord::fromJson);
    }

    /** All records, by chain ID. */
    Map<Digest, LayerRecord> records() {
        Map<Digest, LayerRecord> all = new TreeMap<>();
        records.entries()
                .forEach((id, json) -> all.put(Digest.parse(id), LayerRecord.fromJson(json)));
        return all;
    }

    /** Keeps all of an image, whatever happens to its names. */
    void keep(Image image, Lease lease) {
        keep(image.id(), image.manifest().digest(), image.config(), lease);
    }

    /** Keeps all of an image, whatever happens to its names. */
    void keep(ImageStore.Stored image, ImageConfig config, Lease lease) {
        keep(image.id(), image.manifest().digest(), config, lease);
    }

    private void keep(Digest id, Digest manifest, ImageConfig config, Lease lease) {
        List<Resource> all = new ArrayList<>();
        all.add(Resource.content(id));
        all.add(Resource.content(manifest));
        for (Digest chainId : config.chainIds()) {
            all.add(Resource.snapshot(chainId.toString()));
            record(chainId).ifPresent(record -> all.add(Resource.content(record.blob().digest())));
        }
        lease.add(all);
    }

    /** Stores a record together with what {@code change} does. */
    void put(Digest chainId, LayerRecord record, Runnable change) {
        metadata.transaction(() -> {
            change.run();
            records.put(chainId.toString(), record.toJson());
            unsynced.add(chainId);
        });
        unsynced.syncSoon();
    }

    /** Notes another archive of the same layer, in the content store, in place of the present. */
    void replaceArchive(Digest chainId, Descriptor blob) {
        metadata.transaction(() ->
                record(chainId)
                        .ifPresent(layer ->
                                records.put(chainId.toString(), layer.withBlob(blob).toJson())));
    }

    /** Forgets the record of a layer whose snapshot is gone. */
    void forget(Digest chainId) {
        metadata.transaction(() -> {
            records.remove(chainId.toString());
            unsynced.forget(chainId);
        });
    }
}
