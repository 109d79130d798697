package jong.manager.images;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.function.LongConsumer;
import jong.manager.leases.Lease;
import jong.manager.leases.LeasedContent;
import jong.manager.snapshots.LayerSnapshotter;
import jong.manager.unpack.ArchiveSource;
import jong.manager.unpack.CountedInputStream;
import jong.manager.unpack.LayerUnpacker;
import jong.manager.unpack.UnpackLimits;
import jong.oci.Descriptor;
import jong.oci.Digest;
import jong.oci.content.ContentStore;
import jong.wire.status.StatusException;
import org.jspecify.annotations.Nullable;

/** Makes layers out of archives, under a lease: what it found or made stays as long as that. */
final class LayerUnpacking {

    /** How the failure to unpack an archive begins, in docker's words. */
    static final String FAILED = "failed to register layer: ";

    private final Layers layers;
    private final ContentStore content;
    private final LayerSnapshotter snapshots;
    private final Lease lease;

    LayerUnpacking(Layers layers, ContentStore content, LayerSnapshotter snapshots, Lease lease) {
        this.layers = layers;
        this.content = new LeasedContent(content, lease);
        this.snapshots = snapshots;
        this.lease = lease;
    }

    /**
     * A layer that was unpacked and has no place in a chain yet.
     *
     * @param key its active snapshot
     * @param unpacked what came out of it
     * @param blob where it came from
     */
    record Pending(String key, LayerUnpacker.Unpacked unpacked, Descriptor blob) {}

    /** How large a layer may become. */
    UnpackLimits limits() {
        return layers.limits();
    }

    /** Whether the layer is there, unpacked, with its archive. */
    boolean exists(Digest chainId) {
        lease.snapshot(chainId.toString());
        Optional<LayerRecord> record = layers.record(chainId);
        return record.isPresent()
                && content.info(record.get().blob().digest()).isPresent()
                && snapshots.stat(chainId.toString()).isPresent();
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
        String key = lease.temporarySnapshot();
        try {
            ArchiveSource archive =
                    () -> new CountedInputStream(content.open(blob.digest()).stream(), progress);
            var unpacked = snapshots.unpack(key, archive, bottom, layers.limits());
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
            throw new IOException(FAILED + e.getMessage(), e);
        } catch (RuntimeException e) {
            remove(key, e);
            throw e;
        }
    }

    /** Gives an unpacked layer its place on top of {@code parent}, which may be {@code ""}. */
    void commit(Pending layer, String parent, Digest chainId) throws IOException {
        inherit(layer, parent);
        place(layer, parent, chainId);
    }

    /**
     * Adds to an unpacked layer what comes from those below it; once.
     *
     * @param parent what it is going to stand on, or {@code ""}
     */
    void inherit(Pending layer, String parent) throws IOException {
        try {
            snapshots.inherit(layer.key(), layer.unpacked(), parent);
        } catch (IOException | RuntimeException e) {
            remove(layer.key(), e);
            throw e;
        }
    }

    /** Gives a layer that has all that it inherits the place of a damaged or a missing one. */
    void mend(Pending layer, String parent, Digest chainId) throws IOException {
        if (snapshots.stat(chainId.toString()).isEmpty()) {
            place(layer, parent, chainId);
            return;
        }
        try {
            layers.put(chainId, record(layer), () -> {});
            snapshots.replace(chainId.toString(), layer.key());
        } catch (IOException | RuntimeException e) {
            remove(layer.key(), e);
            throw e;
        }
    }

    private void place(Pending layer, String parent, Digest chainId) throws IOException {
        lease.snapshot(chainId.toString());
        LayerRecord record = record(layer);
        try {
            layers.put(chainId, record, () -> commitSnapshot(layer.key(), parent, chainId));
        } catch (StatusException.AlreadyExists _) {
            keepOther(chainId, record);
            snapshots.remove(layer.key());
        } catch (UncheckedIOException e) {
            remove(layer.key(), e);
            throw e.getCause();
        } catch (RuntimeException e) {
            remove(layer.key(), e);
            throw e;
        }
    }

    private void commitSnapshot(String key, String parent, Digest chainId) {
        try {
            if (parent.isEmpty()) {
                snapshots.commit(chainId.toString(), key);
            } else {
                snapshots.commitOnto(parent, chainId.toString(), key);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Removes an unpacked layer that gets no place. */
    void discard(Pending layer) throws IOException {
        snapshots.remove(layer.key());
    }

    /** In what the files of the layer that is there differ from those of an unpacked one. */
    Optional<String> difference(Digest chainId, Pending layer) throws IOException {
        return snapshots.difference(chainId.toString(), layer.key());
    }

    private static LayerRecord record(Pending layer) {
        LayerUnpacker.Unpacked unpacked = layer.unpacked();
        return new LayerRecord(
                unpacked.diffId(), unpacked.archiveSize(), unpacked.size(), layer.blob());
    }

    /**
     * Somebody else was faster, or the archive of the layer was missing; both layers are the same.
     */
    private void keepOther(Digest chainId, LayerRecord record) {
        boolean complete =
                layers.record(chainId)
                        .filter(other -> content.info(other.blob().digest()).isPresent())
                        .isPresent();
        if (!complete) {
            layers.put(chainId, record, () -> {});
        }
    }

    private void remove(String key, Exception cause) {
        try {
            snapshots.remove(key);
        } catch (IOException | StatusException e) {
            cause.addSuppressed(e);
        }
    }
}
