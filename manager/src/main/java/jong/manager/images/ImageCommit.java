package jong.manager.images;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import jong.oci.Descriptor;
import jong.oci.Digest;
import jong.oci.MediaTypes;
import jong.oci.Platform;
import jong.oci.content.ContentStore;
import jong.oci.content.ContentWriter;
import jong.oci.image.ImageConfig;
import jong.oci.image.Manifest;
import jong.wire.json.Json;
import jong.wire.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** Makes an image from another by one more layer. */
final class ImageCommit {

    /** An archive without entries: docker gives such a step no layer. */
    private static final Digest EMPTY_LAYER =
            Digest.parse("sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef");

    private static final int BUFFER_BYTES = 128 * 1024;

    private final ContentStore content;
    private final LayerUnpacking layers;

    ImageCommit(ContentStore content, LayerUnpacking layers) {
        this.content = content;
        this.layers = layers;
    }

    /**
     * Stores the layer and describes the image.
     *
     * @param parent the image below, or null
     */
    TarImport.Imported run(
            CommitRequest request,
            CommitRequest.Layer layer,
            @Nullable Image parent,
            Instant created)
            throws IOException {
        Descriptor blob = store(layer);
        boolean empty = blob.digest().equals(EMPTY_LAYER);
        List<Descriptor> blobs = new ArrayList<>();
        List<String> diffIds = new ArrayList<>();
        if (parent != null) {
            blobs.addAll(manifest(parent).layers());
            parent.config().diffIds().forEach(diffId -> diffIds.add(diffId.toString()));
        }
        if (!empty) {
            unpack(blob, parent == null ? List.of() : parent.config().chainIds());
            blobs.add(blob);
            diffIds.add(blob.digest().toString());
        }
        JsonObject history = request.history().copy().with("created", created.toString());
        JsonObject config = config(request, parent, created);
        config.with(
                "history", histories(parent, empty ? history.with("empty_layer", true) : history));
        config.with("rootfs", new JsonObject().with("type", "layers").with("diff_ids", diffIds));
        return describe(config, blobs);
    }

    private static JsonObject config(
            CommitRequest request, @Nullable Image parent, Instant created) {
        Platform platform = parent == null ? Platform.host() : parent.config().platform();
        JsonObject config = platform.toJson();
        request.members().forEach(config::put);
        return config.with("created", created.toString());
    }

    private static List<JsonObject> histories(@Nullable Image parent, JsonObject last) {
        List<JsonObject> all = new ArrayList<>();
        if (parent != null) {
            all.addAll(parent.config().json().objects("history"));
        }
        all.add(last);
        return all;
    }

    private Manifest manifest(Image image) throws IOException {
        byte[] bytes = content.readAll(image.manifest().digest(), Manifest.MAX_BYTES);
        return Manifest.parse(bytes, image.manifest().mediaType());
    }

    private void unpack(Descriptor blob, List<Digest> chain) throws IOException {
        Digest diffId = blob.digest();
        Digest chainId = ImageConfig.chainId(chain, diffId);
        if (layers.exists(chainId)) {
            return;
        }
        var pending = layers.unpack(blob, diffId, chain.isEmpty(), _ -> {});
        layers.commit(pending, chain.isEmpty() ? "" : chain.getLast().toString(), chainId);
    }

    private TarImport.Imported describe(JsonObject config, List<Descriptor> blobs)
            throws IOException {
        byte[] bytes = Json.writeBytes(config);
        Digest id = content.put(bytes);
        byte[] manifest =
                Manifest.of(Descriptor.of(MediaTypes.DOCKER_CONFIG, id, bytes.length), blobs)
                        .bytes();
        return new TarImport.Imported(
                id,
                Descriptor.of(MediaTypes.DOCKER_MANIFEST, content.put(manifest), manifest.length));
    }

    private Descriptor store(CommitRequest.Layer layer) throws IOException {
        String ref = "commit-" + Thread.currentThread().threadId() + "-" + System.nanoTime();
        ContentWriter writer = content.writer(ref, null);
        try (writer) {
            var out = new BufferedOutputStream(writer, BUFFER_BYTES);
            layer.writeTo(out);
            out.flush();
            long size = writer.offset();
            return Descriptor.of(MediaTypes.DOCKER_LAYER, writer.commit(), size);
        } catch (IOException | RuntimeException e) {
            writer.discard();
            throw e;
        }
    }
}
