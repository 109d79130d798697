package jong.registry.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static jong.registry.server.TestRegistry.MANIFEST;
import static jong.registry.server.TestRegistry.code;
import static jong.registry.server.TestRegistry.header;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.HexFormat;
import jong.oci.Digest;
import jong.wire.json.Json;
import jong.wire.json.JsonObject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the conformance test of the distribution spec does not ask, or not in this way. */
class PushTest {

    private static final byte[] CONTENT = "0123456789".getBytes(UTF_8);

    @TempDir Path root;
    private TestRegistry registry;

    @BeforeEach
    void start() {
        registry = new TestRegistry(root, "--delete");
    }

    @AfterEach
    void stop() {
        registry.close();
    }

    private String begin(String query) throws IOException, InterruptedException {
        var answer = registry.send("POST", "/v2/a/b/blobs/uploads/" + query, new byte[0]);
        assertThat(answer.statusCode()).isEqualTo(202);
        assertThat(header(answer, "Range")).isEqualTo("0-0");
        assertThat(header(answer, "OCI-Chunk-Min-Length")).isNotEmpty();
        return header(answer, "Location");
    }

    private HttpResponse<byte[]> chunk(String location, String range, String bytes)
            throws IOException, InterruptedException {
        return registry.send("PATCH", location, bytes.getBytes(UTF_8), "Content-Range", range);
    }

    @Test
    void chunksContinueWhereTheLastOneEnded() throws Exception {
        String location = begin("");
        assertThat(header(chunk(location, "0-3", "0123"), "Range")).isEqualTo("0-3");
        var gap = chunk(location, "5-6", "56");
        assertThat(gap.statusCode()).isEqualTo(416);
        assertThat(code(gap)).isEqualTo("BLOB_UPLOAD_INVALID");
        assertThat(header(gap, "Range")).isEqualTo("0-3");
        assertThat(header(gap, "Location")).isEqualTo(location);
        assertThat(chunk(location, "0-3", "0123").statusCode()).isEqualTo(416);
        assertThat(chunk(location, "bytes 4-9/10", "456789").statusCode()).isEqualTo(202);
        var status = registry.get(location);
        assertThat(status.statusCode()).isEqualTo(204);
        assertThat(header(status, "Range")).isEqualTo("0-9");
        Digest digest = Digest.sha256(CONTENT);
        var end = registry.send("PUT", location + "?digest=" + digest, new byte[0]);
        assertThat(end.statusCode()).isEqualTo(201);
        assertThat(header(end, "Docker-Content-Digest")).isEqualTo(digest.toString());
        assertThat(registry.get(header(end, "Location")).body()).isEqualTo(CONTENT);
        assertThat(registry.get(location).statusCode()).isEqualTo(404);
    }

    @Test
    void aChunkThatDoesNotFitItsRangeIsRefused() throws Exception {
        String location = begin("");
        var answer = chunk(location, "0-3", "01234");
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(code(answer)).isEqualTo("SIZE_INVALID");
        assertThat(code(chunk(location, "3-0", "0123"))).isEqualTo("BLOB_UPLOAD_INVALID");
        assertThat(code(chunk(location, "all", "0123"))).isEqualTo("BLOB_UPLOAD_INVALID");
    }

    @Test
    void anUploadSurvivesARestartOfTheServer() throws Exception {
        String location = begin("");
        chunk(location, "0-3", "0123");
        registry.close();
        registry = new TestRegistry(root);
        assertThat(header(registry.get(location), "Range")).isEqualTo("0-3");
        chunk(location, "4-9", "456789");
        var end = registry.send("PUT", location + "?digest=" + Digest.sha256(CONTENT), new byte[0]);
        assertThat(end.statusCode()).isEqualTo(201);
    }

    @Test
    void wrongContentLeavesNothing() throws Exception {
        String location = begin("");
        String digest = Digest.sha256(new byte[0]).toString();
        var end = registry.send("PUT", location + "?digest=" + digest, CONTENT);
        assertThat(end.statusCode()).isEqualTo(400);
        assertThat(code(end)).isEqualTo("DIGEST_INVALID");
        assertThat(registry.get("/v2/a/b/blobs/" + digest).statusCode()).isEqualTo(404);
        assertThat(registry.get(location).statusCode()).isEqualTo(404);
    }

    @Test
    void contentMayHaveASha512Digest() throws Exception {
        byte[] hash = java.security.MessageDigest.getInstance("SHA-512").digest(CONTENT);
        String digest = "sha512:" + HexFormat.of().formatHex(hash);
        for (String query : new String[] {"", "?digest-algorithm=sha512"}) {
            String location = begin(query);
            chunk(location, "0-9", "0123456789");
            assertThat(
                            registry.send("PUT", location + "?digest=" + digest, new byte[0])
                                    .statusCode())
                    .isEqualTo(201);
        }
        var unknown =
                registry.send("POST", "/v2/a/b/blobs/uploads/?digest-algorithm=md5", new byte[0]);
        assertThat(unknown.statusCode()).isEqualTo(400);
    }

    @Test
    void aManifestMustNameWhatIsHere() throws Exception {
        byte[] manifest =
                TestRegistry.manifest(
                        Digest.sha256("c".getBytes(UTF_8)), 1, Digest.sha256(CONTENT), 10);
        var answer =
                registry.send("PUT", "/v2/a/b/manifests/t", manifest, "Content-Type", MANIFEST);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(code(answer)).isEqualTo("MANIFEST_BLOB_UNKNOWN");
        // What another repository has does not count.
        registry.pushBlob("a/other", "c".getBytes(UTF_8));
        registry.pushBlob("a/other", CONTENT);
        assertThat(
                        registry.send(
                                        "PUT",
                                        "/v2/a/b/manifests/t",
                                        manifest,
                                        "Content-Type",
                                        MANIFEST)
                                .statusCode())
                .isEqualTo(400);
    }

    @Test
    void aManifestIsStoredAsItCame() throws Exception {
        Digest config = registry.pushBlob("a/b", "{}".getBytes(UTF_8));
        byte[] odd =
                ("{ \"schemaVersion\":2,\n\t\"layers\" : [], \"x\" : 1e3, \"config\":"
                                + TestRegistry.descriptor("text/x", config, 2)
                                + "}\n")
                        .getBytes(UTF_8);
        var put =
                registry.send(
                        "PUT",
                        "/v2/a/b/manifests/t",
                        odd,
                        "Content-Type",
                        MANIFEST + "; charset=utf-8");
        assertThat(put.statusCode()).isEqualTo(201);
        var got = registry.get("/v2/a/b/manifests/t");
        assertThat(got.body()).isEqualTo(odd);
        assertThat(header(got, "Content-Type")).isEqualTo(MANIFEST);
        var known = registry.get("/v2/a/b/manifests/t", "If-None-Match", header(got, "ETag"));
        assertThat(known.statusCode()).isEqualTo(304);
    }

    @Test
    void aManifestMayBeFourMebibytesAndNoMore() throws Exception {
        Digest config = registry.pushBlob("a/b", "{}".getBytes(UTF_8));
        var json =
                new JsonObject()
                        .with("schemaVersion", 2L)
                        .with("config", TestRegistry.descriptor("text/x", config, 2))
                        .with("pad", "");
        int rest = (4 << 20) - Json.writeBytes(json).length;
        byte[] largest = Json.writeBytes(json.with("pad", "x".repeat(rest)));
        byte[] larger = Json.writeBytes(json.with("pad", "x".repeat(rest + 1)));
        assertThat(put(largest).statusCode()).isEqualTo(201);
        assertThat(put(larger).statusCode()).isEqualTo(413);
        assertThat(code(put(larger))).isEqualTo("MANIFEST_INVALID");
    }

    private HttpResponse<byte[]> put(byte[] manifest) throws IOException, InterruptedException {
        return registry.send("PUT", "/v2/a/b/manifests/t", manifest, "Content-Type", MANIFEST);
    }

    @Test
    void manyTagsCanBeSetAtOnceButNotTooMany() throws Exception {
        Digest digest = registry.pushImage("a/b", "t", "layer");
        byte[] manifest = registry.get("/v2/a/b/manifests/t").body();
        String path = "/v2/a/b/manifests/" + digest + "?tag=x";
        var answer = registry.send("PUT", path + "&tag=y", manifest, "Content-Type", MANIFEST);
        assertThat(answer.headers().allValues("OCI-Tag")).containsExactly("x", "y");
        assertThat(registry.get("/v2/a/b/manifests/y").body()).isEqualTo(manifest);
        var tooMany =
                registry.send(
                        "PUT", path + "&tag=x".repeat(100), manifest, "Content-Type", MANIFEST);
        assertThat(tooMany.statusCode()).isEqualTo(414);
    }

    @Test
    void aDeletedDigestTakesItsTagsAndADeletedTagNothing() throws Exception {
        Digest digest = registry.pushImage("a/b", "one", "layer");
        registry.pushImage("a/b", "two", "layer");
        registry.pushImage("a/b", "other", "another layer");
        assertThat(registry.send("DELETE", "/v2/a/b/manifests/one", new byte[0]).statusCode())
                .isEqualTo(202);
        assertThat(registry.get("/v2/a/b/manifests/" + digest).statusCode()).isEqualTo(200);
        assertThat(registry.get("/v2/a/b/tags/list").body())
                .asString()
                .isEqualTo("{\"name\":\"a/b\",\"tags\":[\"other\",\"two\"]}");
        assertThat(registry.send("DELETE", "/v2/a/b/manifests/" + digest, new byte[0]).statusCode())
                .isEqualTo(202);
        assertThat(registry.get("/v2/a/b/manifests/" + digest).statusCode()).isEqualTo(404);
        assertThat(registry.get("/v2/a/b/tags/list").body())
                .asString()
                .isEqualTo("{\"name\":\"a/b\",\"tags\":[\"other\"]}");
    }

    @Test
    void aMountNeedsTheBlobInTheRepositoryItIsSaidToBeIn() throws Exception {
        Digest digest = registry.pushBlob("a/b", CONTENT);
        String path = "/v2/c/d/blobs/uploads/?mount=" + digest;
        assertThat(registry.send("POST", path + "&from=x/y", new byte[0]).statusCode())
                .isEqualTo(202);
        assertThat(registry.send("POST", path + "&from=../a/b", new byte[0]).statusCode())
                .isEqualTo(202);
        assertThat(registry.get("/v2/c/d/blobs/" + digest).statusCode()).isEqualTo(404);
        assertThat(registry.send("POST", path + "&from=a/b", new byte[0]).statusCode())
                .isEqualTo(201);
        assertThat(registry.get("/v2/c/d/blobs/" + digest).body()).isEqualTo(CONTENT);
        String anonymous = "/v2/e/f/blobs/uploads/?mount=" + digest;
        assertThat(registry.send("POST", anonymous, new byte[0]).statusCode()).isEqualTo(201);
    }

    @Test
    void aReadOnlyRegistryRefusesChanges() throws Exception {
        registry.pushImage("a/b", "t", "layer");
        registry.close();
        registry = new TestRegistry(root, "--read-only", "--delete");
        var push = registry.send("POST", "/v2/a/b/blobs/uploads/", new byte[0]);
        assertThat(push.statusCode()).isEqualTo(405);
        assertThat(code(push)).isEqualTo("UNSUPPORTED");
        assertThat(registry.send("DELETE", "/v2/a/b/manifests/t", new byte[0]).statusCode())
                .isEqualTo(405);
        assertThat(registry.get("/v2/a/b/manifests/t").statusCode()).isEqualTo(200);
    }

    @Test
    void withoutLeaveNothingIsDeleted() throws Exception {
        registry.pushImage("a/b", "t", "layer");
        registry.close();
        registry = new TestRegistry(root);
        var answer = registry.send("DELETE", "/v2/a/b/manifests/t", new byte[0]);
        assertThat(answer.statusCode()).isEqualTo(405);
        assertThat(code(answer)).isEqualTo("UNSUPPORTED");
    }
}
