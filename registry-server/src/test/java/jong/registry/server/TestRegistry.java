package jong.registry.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import jong.http.ListenAddress;
import jong.oci.Digest;
import jong.registry.server.config.ServerConfig;
import jong.registry.server.config.UsageException;
import jong.wire.json.Json;
import jong.wire.json.JsonObject;

/** A registry of a test on a port of its own, and a client for it. */
final class TestRegistry implements AutoCloseable {

    static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";
    static final String INDEX = "application/vnd.oci.image.index.v1+json";

    private final RegistryServer server;
    private final HttpClient client = HttpClient.newHttpClient();
    private final String base;

    /** Starts a registry with flags on a directory. */
    TestRegistry(Path root, String... flags) {
        List<String> all =
                new ArrayList<>(List.of("--root", root.toString(), "--listen", "127.0.0.1:0"));
        all.addAll(List.of(flags));
        try {
            server = RegistryServer.start(ServerConfig.of(all, Map.of()));
        } catch (IOException | UsageException e) {
            throw new IllegalStateException(e);
        }
        var address = (ListenAddress.Tcp) server.addresses().getFirst();
        base = "http://127.0.0.1:" + address.address().getPort();
    }

    String base() {
        return base;
    }

    /** Sends a request; header names and values take turns. */
    HttpResponse<byte[]> send(String method, String path, byte[] body, String... headers)
            throws IOException, InterruptedException {
        URI uri = URI.create(path.startsWith("http") ? path : base + path);
        var request = HttpRequest.newBuilder(uri).method(method, BodyPublishers.ofByteArray(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), BodyHandlers.ofByteArray());
    }

    HttpResponse<byte[]> get(String path, String... headers)
            throws IOException, InterruptedException {
        return send("GET", path, new byte[0], headers);
    }

    /** Pushes a blob in one request. */
    Digest pushBlob(String repository, byte[] content) throws IOException, InterruptedException {
        Digest digest = Digest.sha256(content);
        var answer =
                send("POST", "/v2/" + repository + "/blobs/uploads/?digest=" + digest, content);
        assertThat(answer.statusCode()).as(text(answer)).isEqualTo(201);
        return digest;
    }

    /** Pushes an image of one layer, and the manifest under a tag. */
    Digest pushImage(String repository, String tag, String layer)
            throws IOException, InterruptedException {
        Digest config = pushBlob(repository, "{}".getBytes(UTF_8));
        Digest content = pushBlob(repository, layer.getBytes(UTF_8));
        byte[] manifest = manifest(config, 2, content, layer.length());
        var answer =
                send(
                        "PUT",
                        "/v2/" + repository + "/manifests/" + tag,
                        manifest,
                        "Content-Type",
                        MANIFEST);
        assertThat(answer.statusCode()).as(text(answer)).isEqualTo(201);
        return Digest.sha256(manifest);
    }

    static byte[] manifest(Digest config, long configSize, Digest layer, long layerSize) {
        return Json.writeBytes(
                new JsonObject()
                        .with("schemaVersion", 2L)
                        .with("mediaType", MANIFEST)
                        .with(
                                "config",
                                descriptor(
                                        "application/vnd.oci.image.config.v1+json",
                                        config,
                                        configSize))
                        .with(
                                "layers",
                                List.of(
                                        descriptor(
                                                "application/vnd.oci.image.layer.v1.tar",
                                                layer,
                                                layerSize))));
    }

    static JsonObject descriptor(String type, Digest digest, long size) {
        return new JsonObject()
                .with("mediaType", type)
                .with("digest", digest.toString())
                .with("size", size);
    }

    static String text(HttpResponse<byte[]> answer) {
        return new String(answer.body(), UTF_8);
    }

    static String header(HttpResponse<byte[]> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }

    /** The first error code of an answer. */
    static String code(HttpResponse<byte[]> answer) {
        return Json.parseObject(answer.body()).objects("errors").getFirst().string("code");
    }

    /** Ends the registry, and proves that it kept nothing of what came from the network. */
    @Override
    public void close() {
        server.close();
        client.close();
        for (int i = 0; i < 1000 && server.buffersHeld() > 0; i++) {
            LockSupport.parkNanos(10_000_000);
        }
        assertThat(server.buffersHeld()).as("buffers that nobody gave back").isZero();
    }
}
