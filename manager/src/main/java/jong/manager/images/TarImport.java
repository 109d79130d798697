package jong.manager.images;

import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import jong.oci.Descriptor;
import jong.oci.Digest;
import jong.oci.MediaTypes;
import jong.oci.Platform;
import jong.oci.content.ContentStore;
import jong.oci.content.ContentWriter;
import jong.oci.image.Manifest;
import jong.wire.json.Json;
import jong.wire.json.JsonObject;

/** Makes an image of one layer from an archive. */
final class TarImport {

    private final ContentStore content;
    private final LayerUnpacking layers;

    TarImport(ContentStore content, LayerUnpacking layers) {
        this.content = content;
        this.layers = layers;
    }

    /**
     * What was made.
     *
     * @param id the digest of the configuration
     * @param manifest the manifest, in the content store
     */
    record Imported(Digest id, Descriptor manifest) {}

    /**
     * Stores and unpacks the archive and describes it.
     *
     * @param members of the configuration: {@code config} and so on
     * @param history the entry of its history, without the time
     */
    Imported run(
            InputStream archive,
            Platform platform,
            JsonObject members,
            JsonObject history,
            Instant created)
            throws IOException {
        Descriptor blob = store(archive);
        LayerUnpacking.Pending layer = layers.unpack(blob, null, true, _ -> {});
        Digest diffId = layer.unpacked().diffId();
        if (layers.exists(diffId)) {
            layers.discard(layer);
        } else {
            layers.commit(layer, "", diffId);
        }
        JsonObject config = platform.toJson();
        members.forEach(config::put);
        config.with("created", created.toString())
                .with("history", List.of(history.copy().with("created", created.toString())))
                .with(
                        "rootfs",
                        new JsonObject()
                                .with("type", "layers")
                                .with("diff_ids", List.of(diffId.toString())));
        byte[] bytes = Json.writeBytes(config);
        Digest id = content.put(bytes);
        byte[] manifest =
                Manifest.of(
                                Descriptor.of(MediaTypes.DOCKER_CONFIG, id, bytes.length),
                                List.of(blob))
                        .bytes();
        return new Imported(
                id,
                Descriptor.of(MediaTypes.DOCKER_MANIFEST, content.put(manifest), manifest.length));
    }

    private Descriptor store(InputStream archive) throws IOException {
        String ref = "import-" + Thread.currentThread().threadId() + "-" + System.nanoTime();
        ContentWriter writer = content.writer(ref, null);
        try (writer) {
            long size = archive.transferTo(writer);
            return Descriptor.of(MediaTypes.DOCKER_LAYER, writer.commit(), size);
        } catch (IOException e) {
            writer.discard();
            throw e;
        }
    }
}
