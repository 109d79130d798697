package jong.registry.server;

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
