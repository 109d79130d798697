package jong.registry.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static jong.registry.server.TestRegistry.INDEX;
import static jong.registry.server.TestRegistry.MANIFEST;
import static jong.registry.server.TestRegistry.code;
import static jong.registry.server.TestRegistry.header;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import jong.oci.Digest;
import jong.wire.json.Json;
import jong.wire.json.JsonObject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ListTest {

    @TempDir Path root;
    private TestRegistry registry;

    @BeforeEach
    void start() {
        registry = new TestRegistry(root);
    }

    @AfterEach
    void stop() {
        registry.close();
    }

    /** Follows the links from a first page to the last. */
    private List<String> all(String first, String field) throws Exception {
        List<String> entries = new ArrayList<>();
        for (String next = first; !next.isEmpty(); ) {
            var page = registry.get(next);
            assertThat(page.statusCode()).isEqualTo(200);
            entries.addAll(Json.parseObject(page.body()).strings(field));
            String link = header(page, "Link");
            assertThat(link).matches("|<.*>; rel=\"next\"");
            next = link.isEmpty() ? "" : link.substring(1, link.indexOf('>'));
        }
        return entries;
    }

    @Test
    void tagsComeInOrderPageByPage() throws Exception {
        for (String tag : List.of("b", "a", "B", "1.0", "_x", "a-1")) {
            registry.pushImage("a/b", tag, "layer");
        }
        var expected = List.of("1.0", "B", "_x", "a", "a-1", "b");
        assertThat(all("/v2/a/b/tags/list", "tags")).isEqualTo(expected);
        assertThat(all("/v2/a/b/tags/list?n=1", "tags")).isEqualTo(expected);
        assertThat(all("/v2/a/b/tags/list?n=4", "tags")).isEqualTo(expected);
        assertThat(all("/v2/a/b/tags/list?n=4&last=_x", "tags")).containsExactly("a", "a-1", "b");
        assertThat(all("/v2/a/b/tags/list?n=0", "tags")).isEmpty();
        assertThat(all("/v2/a/b/tags/list?n=99999999999", "tags")).isEqualTo(expected);
        var unknown = registry.get("/v2/none/tags/list");
        assertThat(unknown.statusCode()).isEqualTo(404);
        assertThat(code(unknown)).isEqualTo("NAME_UNKNOWN");
    }

    @Test
    void repositoriesComeInOrderPageByPage() throws Exception {
        for (String name : List.of("b/c", "b", "b-a", "a/b/c", "z")) {
            registry.pushBlob(name, name.getBytes(UTF_8));
        }
        var expected = List.of("a/b/c", "b", "b-a", "b/c", "z");
        assertThat(all("/v2/_catalog", "repositories")).isEqualTo(expected);
        assertThat(all("/v2/_catalog?n=2", "repositories")).isEqualTo(expected);
        assertThat(all("/v2/_catalog?last=b-a", "repositories")).containsExactly("b/c", "z");
    }

    @Test
    void whoAsksForTooManyGetsFewer() throws Exception {
        registry.pushBlob("a", new byte[1]);
        for (String n : List.of("2147483647", "9223372036854775807", "1001")) {
            assertThat(all("/v2/_catalog?n=" + n, "repositories")).containsExactly("a");
        }
        for (String n : List.of("-1", "x", "9223372036854775808", "1e3")) {
            assertThat(registry.get("/v2/_catalog?n=" + n).statusCode()).isEqualTo(400);
        }
    }

    private Digest pushReferrer(String artifactType, String configType, Digest subject)
            throws Exception {
        Digest config = registry.pushBlob("a/b", "{}".getBytes(UTF_8));
        byte[] manifest =
                Json.writeBytes(
                        new JsonObject()
                                .with("schemaVersion", 2L)
                                .with("mediaType", MANIFEST)
                                .withUnlessEmpty("artifactType", artifactType)
                                .with("config", TestRegistry.descriptor(configType, config, 2))
                                .with("layers", List.of())
                                .with("subject", TestRegistry.descriptor(MANIFEST, subject, 5))
                                .with("annotations", new JsonObject().with("k", "v")));
        Digest digest = Digest.sha256(manifest);
        var put =
                registry.send(
                        "PUT", "/v2/a/b/manifests/" + digest, manifest, "Content-Type", MANIFEST);
        assertThat(put.statusCode()).isEqualTo(201);
        assertThat(header(put, "OCI-Subject")).isEqualTo(subject.toString());
        return digest;
    }

    @Test
    void referrersAreKnownBeforeTheirSubject() throws Exception {
        Digest subject = Digest.sha256("later".getBytes(UTF_8));
        String path = "/v2/a/b/referrers/" + subject;
        assertThat(Json.parseObject(registry.get(path).body()).objects("manifests")).isEmpty();
        Digest sbom = pushReferrer("text/sbom", "text/x", subject);
        Digest plain = pushReferrer("", "text/config", subject);
        var all = registry.get(path);
        assertThat(header(all, "Content-Type")).isEqualTo(INDEX);
        assertThat(Json.parseObject(all.body()).objects("manifests"))
                .extracting(descriptor -> descriptor.string("digest"))
                .containsExactlyInAnyOrder(sbom.toString(), plain.toString());
        var filtered = registry.get(path + "?artifactType=text/config");
        assertThat(header(filtered, "OCI-Filters-Applied")).isEqualTo("artifactType");
        var descriptor = Json.parseObject(filtered.body()).objects("manifests").getFirst();
        assertThat(descriptor.string("digest")).isEqualTo(plain.toString());
        assertThat(descriptor.string("artifactType")).isEqualTo("text/config");
        assertThat(descriptor.object("annotations").string("k")).isEqualTo("v");
        assertThat(registry.get("/v2/a/b/referrers/sha256:bad").statusCode()).isEqualTo(400);
        assertThat(registry.get("/v2/none/referrers/" + subject).statusCode()).isEqualTo(200);
    }
}
