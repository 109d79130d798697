package jong.manager.images;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import jong.manager.metadata.Bucket;
import jong.manager.metadata.MetadataStore;
import jong.manager.snapshots.OverlaySnapshotter;
import jong.manager.snapshots.SnapshotInfo;
import jong.manager.unpack.CountedInputStream;
import jong.manager.unpack.LayerUnpacker;
import jong.oci.Descriptor;
import jong.oci.Digest;
import jong.oci.content.ContentStore;
import jong.wire.status.StatusException;
import org.jspecify.annotations.Nullable;

/**
 * The unpacked layers: a committed snapshot for each, named by its chain ID, and a record of where
 * it came from.
 */
final class Layers {

    private static final String UNPACKING = "unpack-";

    private final ContentStore content;
    private final OverlaySnapshotter snapshots;
    private final MetadataStore metadata;
    private final Bucket records;
    private final AtomicLong counter = new AtomicLong();

    Layers(ContentStore content, OverlaySnapshotter snapshots, MetadataStore metadata) {
        this.content = content;
        this.snapshots = snapshots;
        this.metadata = metadata;
        this.records = metadata.bucket("layers");
    }

    /**
     * A layer that was unpacked and has no place in a chain yet.
     *
     * @param key its active snapshot
     * @param unpacked what came out of it
     * @param blob where it came from
     */
    record Pending(String key, LayerUnpacker.Unpacked unpacked, Descriptor blob) {}

    /** Whether the layer is there, unpacked, with its archive. */
    boolean exists(Digest chainId) {
        return record(chainId).isPresent() && snapshots.stat(chainId.toString()).isPresent();
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

    /**
     * Unpacks an archive of the content store.
     *
     * @param diffId what must come out, or null if that is not known
     * @param bottom whether no layer lies below
     * @param progress hears how many bytes of the archive are done
     */
    Pending unpack(Descriptor blob, @Nullable Digest diffId, boolean bottom, LongConsumer progress)
            throws IOException {
        String key = UNPACKING + counter.incrementAndGet();
        Path directory = Path.of(snapshots.prepare(key, "").getFirst().source());
        try (var reader = content.open(blob.digest());
                var counted = new CountedInputStream(reader.stream(), progress)) {
            var unpacked = LayerUnpacker.unpack(counted, directory, bottom);
            if (diffId != null && !diffId.equals(unpacked.diffId())) {
                throw new StatusException.InvalidArgument(
                        "layer verification failed for diff ID "
                                + diffId
                                + ": blob "
                                + blob.digest()
                                + " has "
                                + unpacked.diffId());
            }
            return new Pending(key, unpacked, blob);
        } catch (IOException e) {
            remove(key, e);
            throw new IOException("failed to register layer: " + e.getMessage(), e);
        } catch (RuntimeException e) {
            remove(key, e);
            throw e;
        }
    }

    /** Gives an unpacked layer its place on top of {@code parent}, which may be {@code ""}. */
    void commit(Pending layer, String parent, Digest chainId) throws IOException {
        try {
            Path directory = Path.of(snapshots.mounts(layer.key()).getFirst().source());
            LayerUnpacker.inherit(
                    directory,
                    layer.unpacked().implicitDirectories(),
                    snapshots.directories(parent));
            var record =
                    new LayerRecord(
                            layer.unpacked().diffId(),
                            layer.unpacked().archiveSize(),
                            layer.unpacked().size(),
                            layer.blob());
            metadata.transaction(() -> {
                if (parent.isEmpty()) {
                    snapshots.commit(chainId.toString(), layer.key());
                } else {
                    snapshots.commitOnto(parent, chainId.toString(), layer.key());
                }
                records.put(chainId.toString(), record.toJson());
            });
        } catch (StatusException.AlreadyExists _) {
            snapshots.remove(layer.key()); // Another pull was faster; both are the same.
        } catch (IOException | RuntimeException e) {
            remove(layer.key(), e);
            throw e;
        }
    }

    /** Removes a layer that nothing stands on; false if something does, or it is not there. */
    boolean remove(Digest chainId) throws IOException {
        try {
            snapshots.remove(chainId.toString());
        } catch (StatusException.Conflict _) {
            return false;
        } catch (StatusException.NotFound _) {
            records.remove(chainId.toString());
            return false;
        }
        records.remove(chainId.toString());
        return true;
    }

    /** Removes an unpacked layer that gets no place. */
    void discard(Pending layer) throws IOException {
        snapshots.remove(layer.key());
    }

    /** Removes what a death in the middle of an unpacking left; nothing may be under way. */
    void removeUnfinished() throws IOException {
        for (SnapshotInfo snapshot : snapshots.walk()) {
            if (snapshot.name().startsWith(UNPACKING)) {
                snapshots.remove(snapshot.name());
            }
        }
    }

    /** Names of snapshots that are layers, with or without a record. */
    java.util.List<Digest> snapshots() {
        return snapshots.walk().stream()
                .map(SnapshotInfo::name)
                .filter(name -> name.startsWith("sha256:"))
                .map(Digest::parse)
                .toList();
    }

    private void remove(String key, Exception cause) {
        try {
            snapshots.remove(key);
        } catch (IOException | StatusException e) {
            cause.addSuppressed(e);
        }
    }
}
