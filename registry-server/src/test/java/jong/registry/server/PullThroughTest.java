package jong.registry.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static jong.registry.server.TestRegistry.header;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import jong.oci.Digest;
import jong.wire.json.Json;
import jong.wire.json.JsonObject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.security.crypto.bcrypt.BCrypt;

class PullThroughTest {

    @TempDir Path directory;
    private TestRegistry remote;
    private TestRegistry cache;

    @BeforeEach
    void start() {
        remote = new TestRegistry(directory.resolve("remote"), "--delete");
        cache = cacheOf();
    }

    private TestRegistry cacheOf(String... flags) {
        List<String> all = new ArrayList<>(List.of("--proxy-remote", remote.base()));
        all.addAll(List.of(flags));
        return new TestRegistry(directory.resolve("cache"), all.toArray(String[]::new));
    }

    @AfterEach
    void stop() {
        cache.close();
        remote.close();
    }

    private String layerPath(TestRegistry registry, String tag) throws Exception {
        var manifest = registry.get("/v2/a/b/manifests/" + tag);
        assertThat(manifest.statusCode()).as(TestRegistry.text(manifest)).isEqualTo(200);
        return "/v2/a/b/blobs/"
                + Json.parseObject(manifest.body()).objects("layers").getFirst().string("digest");
    }

    @Test
    void whatWasPulledOnceIsServedWithoutTheRemote() throws Exception {
        String content = "0123456789".repeat(100_000);
        Digest digest = remote.pushImage("a/b", "t", content);
        String layer = layerPath(cache, "t");
        var first = cache.get(layer);
        assertThat(first.body()).asString().isEqualTo(content);
        assertThat(header(first, "Content-Length")).isEqualTo("1000000");
        remote.close();
        assertThat(cache.get("/v2/a/b/manifests/t").statusCode()).isEqualTo(200);
        assertThat(cache.get("/v2/a/b/manifests/" + digest).statusCode()).isEqualTo(200);
        assertThat(cache.get(layer).body()).asString().isEqualTo(content);
        assertThat(cache.get(layer, "Range", "bytes=1-3").body()).asString().isEqualTo("123");
        assertThat(cache.get("/v2/a/b/manifests/other").statusCode()).isEqualTo(502);
    }

    @Test
    void aTagThatMovesThereMovesHere() throws Exception {
        Digest one = remote.pushImage("a/b", "t", "one");
        assertThat(header(cache.get("/v2/a/b/manifests/t"), "Docker-Content-Digest"))
                .isEqualTo(one.toString());
        Digest two = remote.pushImage("a/b", "t", "two");
        assertThat(header(cache.get("/v2/a/b/manifests/t"), "Docker-Content-Digest"))
                .isEqualTo(two.toString());
    }

    @Test
    void whatIsNotThereIsNotHere() throws Exception {
        assertThat(cache.get("/v2/a/b/manifests/t").statusCode()).isEqualTo(404);
        assertThat(cache.get("/v2/a/b/blobs/" + Digest.sha256(new byte[1])).statusCode())
                .isEqualTo(404);
        assertThat(cache.send("POST", "/v2/a/b/blobs/uploads/", new byte[0]).statusCode())
                .isEqualTo(405);
    }

    /** A signature, say. */
    private Digest pushReferrer(String type, Digest subject) throws Exception {
        Digest config = remote.pushBlob("a/b", "{}".getBytes(UTF_8));
        byte[] manifest =
                Json.writeBytes(
                        Json.parseObject(TestRegistry.manifest(config, 2, config, 2))
                                .with("artifactType", type)
                                .with("annotations", new JsonObject().with("by", "ann"))
                                .with(
                                        "subject",
                                        TestRegistry.descriptor(
                                                TestRegistry.MANIFEST, subject, 1)));
        Digest digest = Digest.sha256(manifest);
        remote.send(
                "PUT",
                "/v2/a/b/manifests/" + digest,
                manifest,
                "Content-Type",
                TestRegistry.MANIFEST);
        return digest;
    }

    @Test
    void referrersAndTagsAreThoseOfTheRemoteWhileItAnswers() throws Exception {
        Digest image = remote.pushImage("a/b", "t", "layer");
        Digest one = pushReferrer("application/one", image);
        Digest two = pushReferrer("application/two", image);
        String path = "/v2/a/b/referrers/" + image;
        String tags = "/v2/a/b/tags/list";

        var all = cache.get(path);
        assertThat(all.body()).isEqualTo(remote.get(path).body());
        assertThat(TestRegistry.text(all)).contains(one.toString(), two.toString(), "ann");
        var filtered = cache.get(path + "?artifactType=application/two");
        assertThat(TestRegistry.text(filtered)).contains(two.toString());
        assertThat(TestRegistry.text(filtered)).doesNotContain(one.toString());
        assertThat(header(filtered, "OCI-Filters-Applied")).isEqualTo("artifactType");
        assertThat(cache.get(tags).body()).isEqualTo(remote.get(tags).body());

        cache.get("/v2/a/b/manifests/" + two);
        remote.close();
        assertThat(TestRegistry.text(cache.get(path)))
                .as("what was pulled")
                .contains(two.toString())
                .doesNotContain(one.toString());
        assertThat(TestRegistry.text(cache.get(tags))).contains("\"tags\":[]");
    }

    @Test
    void manyWhoAskAtOnceShareOneDownload() throws Exception {
        String content = "0123456789".repeat(300_000);
        remote.pushImage("a/b", "t", content);
        String layer = layerPath(cache, "t");
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<byte[]>> answers = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                answers.add(threads.submit(() -> cache.get(layer).body()));
            }
            for (var answer : answers) {
                assertThat(answer.get()).hasSize(content.length());
            }
        }
    }

    @Test
    void credentialsGoToTheRemote() throws Exception {
        remote.pushImage("a/b", "t", "layer");
        remote.close();
        cache.close();
        Path users = directory.resolve("users");
        Files.writeString(users, "ann:" + BCrypt.hashpw("secret", BCrypt.gensalt("$2y", 4)));
        remote = new TestRegistry(directory.resolve("remote"), "--htpasswd", users.toString());
        Path password = Files.writeString(directory.resolve("password"), "secret\n");
        cache = cacheOf();
        assertThat(cache.get("/v2/a/b/manifests/t").statusCode()).isEqualTo(502);
        cache.close();
        cache = cacheOf("--proxy-username=ann", "--proxy-password-file=" + password);
        assertThat(cache.get(layerPath(cache, "t")).body()).asString().isEqualTo("layer");
    }
}
