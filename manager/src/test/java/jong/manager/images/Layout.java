package jong.manager.images;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import jong.manager.tar.TarEntry;
import jong.manager.tar.TarWriter;
import jong.oci.Descriptor;
import jong.oci.Digest;
import jong.oci.MediaTypes;
import jong.oci.content.LocalContentStore;
import jong.oci.image.Manifest;
import jong.wire.json.Json;
import jong.wire.json.JsonObject;

/** An OCI layout with one image, made for a test. */
public final class Layout {

    public final Path path;
    public final Digest id;
    public final Descriptor config;
    public final Descriptor manifest;
    public final List<Descriptor> layers = new ArrayList<>();
    private final LocalContentStore store;

    /** Each layer is a list of {@code name=content}. */
    public Layout(Path path, List<List<String>> layerFiles) throws IOException {
        this(path, "amd64", layerFiles);
    }

    /** An image for an architecture of Linux. */
    Layout(Path path, String architecture, List<List<String>> layerFiles) throws IOException {
        this.path = path;
        this.store = new LocalContentStore(path);
        List<String> diffIds = new ArrayList<>();
        List<JsonObject> history = new ArrayList<>();
        for (List<String> files : layerFiles) {
            byte[] tar = tar(files);
            diffIds.add(Digest.sha256(tar).toString());
            byte[] gzip = gzip(tar);
            layers.add(Descriptor.of(MediaTypes.OCI_LAYER_GZIP, store.put(gzip), gzip.length));
            history.add(
                    new JsonObject()
                            .with("created", "2026-01-02T03:04:05Z")
                            .with("created_by", "step " + diffIds.size()));
        }
        history.add(
                new JsonObject()
                        .with("created", "2026-01-02T03:04:06.5Z")
                        .with("created_by", "CMD")
                        .with("empty_layer", true));
        byte[] bytes =
                Json.writeBytes(
                        new JsonObject()
                                .with("architecture", architecture)
                                .with("os", "linux")
                                .with("created", "2026-01-02T03:04:06.5Z")
                                .with("config", new JsonObject().with("Cmd", List.of("/x")))
                                .with("history", history)
                                .with(
                                        "rootfs",
                                        new JsonObject()
                                                .with("type", "layers")
                                                .with("diff_ids", diffIds)));
        id = store.put(bytes);
        config = Descriptor.of(MediaTypes.OCI_CONFIG, id, bytes.length);
        byte[] document = Manifest.of(config, layers).bytes();
        manifest = Descriptor.of(MediaTypes.OCI_MANIFEST, store.put(document), document.length);
        var descriptor =
                manifest.withAnnotation("org.opencontainers.image.ref.name", "example/app:v1");
        Files.writeString(
                path.resolve("index.json"),
                new JsonObject()
                        .with("schemaVersion", 2)
                        .with("manifests", List.of(descriptor.toJson()))
                        .toString());
        Files.deleteIfExists(path.resolve("ingest"));
    }

    /** Five layers, one of them large, with a whiteout. */
    static Layout fiveLayers(Path path) throws IOException {
        var noise = new StringBuilder();
        var random = new Random(5);
        for (int i = 0; i < 2_000_000; i++) {
            noise.append((char) ('!' + random.nextInt(90)));
        }
        return new Layout(
                path,
                List.of(
                        List.of("a=1"),
                        List.of("big=" + noise),
                        List.of(".wh.a=", "c=3"),
                        List.of("d/e=4"),
                        List.of("last=5")));
    }

    private static byte[] tar(List<String> files) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var tar = new TarWriter(bytes)) {
            for (String file : files) {
                int equals = file.indexOf('=');
                byte[] content = file.substring(equals + 1).getBytes(UTF_8);
                tar.write(
                        TarEntry.file(file.substring(0, equals), content.length, 0),
                        new ByteArrayInputStream(content));
            }
        }
        return bytes.toByteArray();
    }

    public static byte[] gzip(byte[] plain) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(bytes)) {
            gzip.write(plain);
        }
        return bytes.toByteArray();
    }
}
