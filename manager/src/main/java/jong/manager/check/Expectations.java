package jong.manager.check;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import jong.manager.images.Inventory.KnownImage;
import jong.manager.images.LayerRecord;
import jong.manager.snapshots.SnapshotInfo;
import jong.oci.Descriptor;
import jong.oci.Digest;
import jong.oci.image.ImageConfig;
import jong.oci.image.Manifest;
import jong.wire.json.JsonException;
import jong.wire.status.StatusException;
import org.jspecify.annotations.Nullable;

/**
 * What content and layers there should be, by images and layers. What a damaged document would tell
 * is not known; once that is mended, it is.
 */
final class Expectations {

    /**
     * Content that is needed.
     *
     * @param descriptor its digest, type and size; size 0 if that is not known
     * @param purpose what it is, for a message
     */
    record Wanted(Descriptor descriptor, String purpose) {}

    /**
     * A layer that is needed.
     *
     * @param chainId its name
     * @param parent the layer below, or {@code ""}
     * @param diffId digest of its plain archive
     * @param blob its archive; null if nobody knows which
     * @param recorded whether there is a record of it
     */
    record Layer(
            Digest chainId,
            String parent,
            Digest diffId,
            @Nullable Descriptor blob,
            boolean recorded) {}

    private final Stores stores;
    private final Map<Digest, LayerRecord> records;
    private final Map<Digest, Wanted> content = new LinkedHashMap<>();
    private final Map<Digest, Layer> layers = new LinkedHashMap<>();

    /** Reads what is expected now. */
    Expectations(Stores stores) {
        this.stores = stores;
        this.records = stores.inventory().layers();
        for (KnownImage image : stores.inventory().images()) {
            expect(image);
        }
        records.forEach(this::expectOfContainer);
    }

    /** By digest. */
    Map<Digest, Wanted> content() {
        return content;
    }

    /** By chain ID; a layer comes after those below it. */
    Map<Digest, Layer> layers() {
        return layers;
    }

    private void expect(KnownImage image) {
        want(image.manifest(), "the manifest of image " + image.id());
        image.indexes().forEach(index -> want(index, "the index of image " + image.id()));
        Optional<Manifest> manifest =
                read(image.manifest().digest(), Manifest.MAX_BYTES)
                        .flatMap(bytes -> manifest(bytes, image.manifest().mediaType()));
        Descriptor config = manifest.map(Manifest::config).orElse(Descriptor.of("", image.id(), 0));
        want(config, "the configuration of image " + image.id());
        read(image.id(), ImageConfig.MAX_BYTES)
                .flatMap(Expectations::config)
                .ifPresent(parsed ->
                        expectLayers(
                                image, parsed, manifest.map(Manifest::layers).orElse(List.of())));
    }

    private void expectLayers(KnownImage image, ImageConfig config, List<Descriptor> blobs) {
        String parent = "";
        List<Digest> chain = config.chainIds();
        for (int i = 0; i < chain.size(); i++) {
            Digest chainId = chain.get(i);
            LayerRecord record = records.get(chainId);
            Descriptor listed = i < blobs.size() ? blobs.get(i) : null;
            Descriptor blob = record != null ? record.blob() : listed;
            if (blob != null) {
                want(blob, "the archive of layer " + chainId + " of image " + image.id());
            }
            layers.putIfAbsent(
                    chainId,
                    new Layer(chainId, parent, config.diffIds().get(i), blob, record != null));
            parent = chainId.toString();
        }
    }

    /** A layer may outlive its image while a container stands on it. */
    private void expectOfContainer(Digest chainId, LayerRecord record) {
        Optional<SnapshotInfo> snapshot = stores.snapshots().stat(chainId.toString());
        if (snapshot.isPresent() && !layers.containsKey(chainId)) {
            want(record.blob(), "the archive of layer " + chainId);
            layers.put(
                    chainId,
                    new Layer(
                            chainId,
                            snapshot.get().parent(),
                            record.diffId(),
                            record.blob(),
                            true));
        }
    }

    private void want(Descriptor descriptor, String purpose) {
        content.putIfAbsent(descriptor.digest(), new Wanted(descriptor, purpose));
    }

    private Optional<byte[]> read(Digest digest, int limit) {
        try {
            byte[] bytes = stores.content().readAll(digest, limit);
            return digest.matches(digest.newMessageDigest().digest(bytes))
                    ? Optional.of(bytes)
                    : Optional.empty();
        } catch (IOException | StatusException.NotFound | StatusException.InvalidArgument _) {
            return Optional.empty(); // Told as damage of the content.
        }
    }

    private static Optional<Manifest> manifest(byte[] bytes, String mediaType) {
        try {
            return Optional.of(Manifest.parse(bytes, mediaType));
        } catch (StatusException.InvalidArgument | JsonException _) {
            return Optional.empty();
        }
    }

    private static Optional<ImageConfig> config(byte[] bytes) {
        try {
            return Optional.of(ImageConfig.parse(bytes));
        } catch (StatusException.InvalidArgument | JsonException _) {
            return Optional.empty();
        }
    }
}
