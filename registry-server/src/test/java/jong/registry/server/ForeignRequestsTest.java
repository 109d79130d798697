package jong.registry.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static jong.registry.server.TestRegistry.code;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import jong.oci.Digest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Names, digests and uploads that want to be somebody else's file. */
class ForeignRequestsTest {

    @TempDir Path directory;
    private TestRegistry registry;

    @BeforeEach
    void start() throws IOException {
        registry = new TestRegistry(directory.resolve("root"), "--delete");
        Files.writeString(directory.resolve("secret"), "secret");
    }

    @AfterEach
    void stop() {
        registry.close();
    }

    /** Sends bytes as they are; only the status of the answer counts. */
    private String raw(String request) throws IOException {
        URI base = URI.create(registry.base());
        try (var socket = new Socket(base.getHost(), base.getPort())) {
            socket.getOutputStream().write(request.getBytes(ISO_8859_1));
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
        }
    }

    private String request(String method, String path) throws IOException {
        return raw(
                method
                        + " "
                        + path
                        + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                        + "Content-Length: 0\r\n\r\n");
    }

    @Test
    void pathsLeadNowhereElse() throws IOException {
        String sha = "sha256:" + "a".repeat(64);
        for (String path :
                List.of(
                        "/v2/../../secret",
                        "/v2/a/../../../secret/blobs/" + sha,
                        "/v2/a%2f..%2f..%2fsecret/blobs/" + sha,
                        "/v2/..%2f..%2fsecret/tags/list",
                        "/v2/a/blobs/sha256:../../../../../secret",
                        "/v2/a/blobs/sha256:..%2f..%2f..%2f..%2fsecret",
                        "/v2/a/blobs/..%2f..%2fsecret:" + "a".repeat(64),
                        "/v2/a/manifests/..%2f..%2fsecret",
                        "/v2/a/manifests/..",
                        "/v2/a/manifests/sha256:%2e%2e%2fsecret",
                        "/v2/a/referrers/sha256:..%2fsecret",
                        "/v2/a/blobs/uploads/..%2f..%2fsecret",
                        "/v2/a/blobs/uploads/..",
                        "/v2/_uploads/tags/list",
                        "/v2/a/_layers/tags/list",
                        "/v2/A/tags/list",
                        "/v2/a%00/tags/list",
                        "/v2/a%0d%0aSet-Cookie:x/tags/list",
                        "/v2/%/tags/list",
                        "/v2//tags/list",
                        "//v2/",
                        "/v2/" + "a/".repeat(200) + "b/tags/list")) {
            for (String method : List.of("GET", "HEAD", "PUT", "DELETE", "PATCH", "POST")) {
                assertThat(request(method, path))
                        .as(method + " " + path)
                        .matches("(?s)HTTP/1.1 4\\d\\d .*")
                        .doesNotContain("\nSet-Cookie");
            }
        }
        assertThat(directory.resolve("secret")).hasContent("secret");
    }

    @Test
    void errorsAreOfTheSpec() throws Exception {
        var name = registry.get("/v2/UPPER/tags/list");
        assertThat(name.statusCode()).isEqualTo(400);
        assertThat(code(name)).isEqualTo("NAME_INVALID");
        var digest = registry.get("/v2/a/blobs/sha256:short");
        assertThat(digest.statusCode()).isEqualTo(400);
        assertThat(code(digest)).isEqualTo("DIGEST_INVALID");
        var blob = registry.get("/v2/a/blobs/" + Digest.sha256(new byte[0]));
        assertThat(code(blob)).isEqualTo("BLOB_UNKNOWN");
        var manifest = registry.get("/v2/a/manifests/none");
        assertThat(manifest.statusCode()).isEqualTo(404);
        assertThat(code(manifest)).isEqualTo("MANIFEST_UNKNOWN");
        var upload = registry.get("/v2/a/blobs/uploads/00000000-0000-0000-0000-000000000000");
        assertThat(code(upload)).isEqualTo("BLOB_UPLOAD_UNKNOWN");
        var method = registry.send("PATCH", "/v2/", new byte[0]);
        assertThat(method.statusCode()).isEqualTo(405);
        assertThat(code(method)).isEqualTo("UNSUPPORTED");
    }

    @Test
    void anUploadBelongsToItsRepository() throws Exception {
        var begun = registry.send("POST", "/v2/mine/blobs/uploads/", new byte[0]);
        String location = TestRegistry.header(begun, "Location");
        String stolen = location.replace("/mine/", "/yours/");
        assertThat(registry.get(stolen).statusCode()).isEqualTo(404);
        assertThat(registry.send("DELETE", stolen, new byte[0]).statusCode()).isEqualTo(404);
        assertThat(registry.get(location).statusCode()).isEqualTo(204);
    }

    @Test
    void brokenRequestsDoNotHarmTheServer() throws Exception {
        Digest blob = registry.pushBlob("a", "content".getBytes(UTF_8));
        long seed = System.nanoTime();
        var random = new Random(seed);
        List<String> seeds =
                List.of(
                        "GET /v2/a/blobs/"
                                + blob
                                + " HTTP/1.1\r\nHost: x\r\nRange: bytes=1-3\r\n\r\n",
                        "POST /v2/a/blobs/uploads/?digest="
                                + blob
                                + " HTTP/1.1\r\nHost: x\r\nContent-Length: 7\r\n\r\ncontent",
                        "PUT /v2/a/manifests/t?tag=b HTTP/1.1\r\nHost: x\r\nContent-Type: "
                                + TestRegistry.MANIFEST
                                + "\r\nContent-Length: 40\r\n\r\n"
                                + "{\"schemaVersion\":2,\"config\":{\"digest\":1}}",
                        "GET /v2/_catalog?n=10&last=a HTTP/1.1\r\nHost: x\r\n\r\n",
                        "GET /v2/a/tags/list?n=1 HTTP/1.1\r\nHost: x\r\n"
                                + "Authorization: Bearer a.b.c\r\n\r\n");
        for (int i = 0; i < 1000; i++) {
            byte[] bytes = seeds.get(random.nextInt(seeds.size())).getBytes(ISO_8859_1);
            for (int change = random.nextInt(6); change > 0; change--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            assertThat(raw(new String(bytes, ISO_8859_1)))
                    .as("seed " + seed + ", request " + i)
                    .doesNotStartWith("HTTP/1.1 5");
        }
        assertThat(registry.get("/v2/").statusCode()).isEqualTo(200);
    }

    @Test
    void whatIsNoTagIsNotFoundAndCannotBePushed() throws Exception {
        String path = "/v2/a/manifests/.hidden";
        assertThat(registry.get(path).statusCode()).isEqualTo(404);
        assertThat(registry.send("PUT", path, "{}".getBytes(UTF_8)).statusCode()).isEqualTo(400);
    }
}
