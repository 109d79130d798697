package jong.manager.images;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import jong.manager.tar.TarEntry;
import jong.manager.tar.TarWriter;
import jong.manager.unpack.Compression;
import jong.oci.Descriptor;
import jong.oci.Digest;
import jong.oci.MediaTypes;
import jong.oci.content.ContentStore;
import jong.oci.image.Manifest;
import jong.oci.reference.Reference;
import jong.wire.json.Json;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException;

/**
 * Writes images as docker 26 does: an OCI layout with plain layers, and docker's own {@code
 * manifest.json} and {@code repositories} beside it.
 */
final class ArchiveSave {

    private static final String BLOBS = "blobs/sha256/";

    private final ContentStore content;
    private final Layers layers;
    private final TarWriter tar;

    /** Blobs that are in the archive already: images share layers. */
    private final Set<Digest> written = new HashSet<>();

    private final List<JsonObject> dockerManifests = new ArrayList<>();
    private final List<JsonObject> ociManifests = new ArrayList<>();
    private final JsonObject repositories = new JsonObject();

    ArchiveSave(ContentStore content, Layers layers, OutputStream archive) {
        this.content = content;
        this.layers = layers;
        this.tar = new TarWriter(new BufferedOutputStream(archive, 128 * 1024));
    }

    /**
     * An image to save.
     *
     * @param image the image
     * @param names with which of its names
     */
    record Item(Image image, List<Reference> names) {}

    void run(List<Item> items) throws IOException {
        tar.write(TarEntry.directory("blobs/", 0));
        tar.write(TarEntry.directory("blobs/sha256/", 0));
        for (Item item : merged(items)) {
            writeImage(item);
        }
        JsonObject index =
                new JsonObject()
                        .with("schemaVersion", 2)
                        .with("mediaType", MediaTypes.OCI_INDEX)
                        .with("manifests", ociManifests);
        writeFile("index.json", Json.writeBytes(index));
        writeFile("manifest.json", Json.writeBytes(dockerManifests));
        writeFile("oci-layout", "{\"imageLayoutVersion\": \"1.0.0\"}".getBytes(UTF_8));
        if (!repositories.isEmpty()) {
            writeFile("repositories", Json.writeBytes(repositories));
        }
        tar.close();
    }

    /** One item for each image, with all its names that were asked for. */
    private static List<Item> merged(List<Item> items) {
        Map<Digest, Item> byId = new LinkedHashMap<>();
        for (Item item : items) {
            byId.merge(
                    item.image().id(),
                    item,
                    (first, more) -> {
                        Set<Reference> names = new LinkedHashSet<>(first.names());
                        names.addAll(more.names());
                        return new Item(first.image(), List.copyOf(names));
                    });
        }
        return List.copyOf(byId.values());
    }

    private void writeImage(Item item) throws IOException {
        Image image = item.image();
        List<Descriptor> plain = new ArrayList<>();
        for (Digest chainId : image.config().chainIds()) {
            plain.add(writeLayer(chainId));
        }
        byte[] config = content.readAll(image.id(), Integer.MAX_VALUE);
        writeBlob(image.id(), config);
        byte[] manifest =
                Manifest.of(Descriptor.of(MediaTypes.OCI_CONFIG, image.id(), config.length), plain)
                        .bytes();
        Digest digest = Digest.sha256(manifest);
        writeBlob(digest, manifest);
        describe(item, plain, Descriptor.of(MediaTypes.OCI_MANIFEST, digest, manifest.length));
    }

    private Descriptor writeLayer(Digest chainId) throws IOException {
        LayerRecord layer =
                layers.record(chainId)
                        .orElseThrow(() ->
                                new StatusException.NotFound(
                                        "layer " + chainId + " does not exist"));
        Digest diffId = layer.diffId();
        if (written.add(diffId)) {
            try (var reader = content.open(layer.blob().digest());
                    var plain = Compression.decompressed(reader.stream())) {
                tar.write(TarEntry.file(BLOBS + diffId.hex(), layer.archiveSize(), 0), plain);
            }
        }
        return Descriptor.of(MediaTypes.OCI_LAYER, diffId, layer.archiveSize());
    }

    private void describe(Item item, List<Descriptor> plain, Descriptor manifest) {
        var sources = new JsonObject();
        plain.forEach(layer -> sources.with(layer.digest().toString(), layer.toJson()));
        List<String> tags = item.names().stream().map(Reference::familiarString).toList();
        dockerManifests.add(
                new JsonObject()
                        .with("Config", BLOBS + item.image().id().hex())
                        .with("RepoTags", tags.isEmpty() ? null : tags)
                        .with("Layers", plain.stream().map(l -> BLOBS + l.digest().hex()).toList())
                        .with("LayerSources", sources));
        if (item.names().isEmpty()) {
            ociManifests.add(manifest.toJson());
        }
        for (Reference name : item.names()) {
            String tag = String.valueOf(name.tag());
            ociManifests.add(
                    manifest.withAnnotation("io.containerd.image.name", name.toString())
                            .withAnnotation("org.opencontainers.image.ref.name", tag)
                            .toJson());
            JsonObject repository = repositories.object(name.familiarName());
            String top = plain.isEmpty() ? "" : plain.getLast().digest().hex();
            repositories.with(name.familiarName(), repository.with(tag, top));
        }
    }

    private void writeBlob(Digest digest, byte[] bytes) throws IOException {
        if (written.add(digest)) {
            writeFile(BLOBS + digest.hex(), bytes);
        }
    }

    private void writeFile(String name, byte[] bytes) throws IOException {
        try (InputStream in = new ByteArrayInputStream(bytes)) {
            tar.write(TarEntry.file(name, bytes.length, 0), in);
        }
    }
}
