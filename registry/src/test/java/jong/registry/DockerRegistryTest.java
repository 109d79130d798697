package jong.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import jong.oci.Descriptor;
import jong.oci.Digest;
import jong.oci.MediaTypes;
import jong.oci.content.LocalContentStore;
import jong.oci.image.Manifest;
import jong.oci.reference.Reference;
import jong.wire.json.Json;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pulls from Debian's docker-registry what skopeo pushed there. */
class DockerRegistryTest {

    // user:secret, as written by `htpasswd -nbB user secret`.
    private static final String HTPASSWD =
            "user:$2y$05$EVoT03.1aAPvBxi.6FQupOA5npSSmIn/vqtrkk3UX/sRQsWRY/D1m\n";

    private static final BlobListener SILENT =
            new BlobListener() {
                @Override
                public void transferred(long current, long total) {}

                @Override
                public void retrying(int secondsLeft) {}
            };

    @TempDir Path directory;

    @Test
    void imageComesAsItWasPushed() throws Exception {
        byte[] layer = layer(1);
        Path layout = layout(layer);
        try (var registry = DockerRegistry.start(directory, "");
                var client = new RegistryClient(RegistryOptions.DEFAULT)) {
            registry.push(layout, "some/app:v1");
            var reference = Reference.parse(registry.domain() + "/some/app:v1");
            Repository repository = client.repository(reference, RegistryAuth.ANONYMOUS);
            RemoteManifest manifest = repository.manifest("v1");
            assertThat(repository.resolve("v1")).contains(manifest.descriptor());
            assertThat(repository.manifest(manifest.descriptor().digest().toString()).bytes())
                    .isEqualTo(manifest.bytes());
            var parsed = Manifest.parse(manifest.bytes(), manifest.descriptor().mediaType());
            var store = new LocalContentStore(directory.resolve("store"));
            Descriptor blob = parsed.layers().getFirst();
            List<Long> received = new ArrayList<>();
            repository.fetchBlob(
                    blob,
                    store,
                    new BlobListener() {
                        @Override
                        public void transferred(long current, long total) {
                            received.add(current);
                        }

                        @Override
                        public void retrying(int secondsLeft) {}
                    });
            assertThat(store.readAll(blob.digest(), layer.length)).isEqualTo(layer);
            assertThat(received).isSorted().endsWith((long) layer.length);
        }
    }

    @Test
    void halfABlobIsResumed() throws Exception {
        byte[] layer = layer(2);
        Path layout = layout(layer);
        try (var registry = DockerRegistry.start(directory, "");
                var client = new RegistryClient(RegistryOptions.DEFAULT)) {
            registry.push(layout, "app:v1");
            var reference = Reference.parse(registry.domain() + "/app:v1");
            Repository repository = client.repository(reference, RegistryAuth.ANONYMOUS);
            var store = new LocalContentStore(directory.resolve("store"));
            var blob = Descriptor.of("", Digest.sha256(layer), layer.length);
            try (var writer = store.writer("blob-" + blob.digest(), blob)) {
                writer.write(layer, 0, 2_000_000);
            }
            List<Long> received = new ArrayList<>();
            repository.fetchBlob(
                    blob,
                    store,
                    new BlobListener() {
                        @Override
                        public void transferred(long current, long total) {
                            received.add(current);
                        }

                        @Override
                        public void retrying(int secondsLeft) {}
                    });
            assertThat(received.getFirst()).isGreaterThan(2_000_000);
            assertThat(store.readAll(blob.digest(), layer.length)).isEqualTo(layer);
        }
    }

    @Test
    void whatIsNotThereIsSaidInDockersWords() throws Exception {
        Path layout = layout(new byte[10]);
        try (var registry = DockerRegistry.start(directory, "");
                var client = new RegistryClient(RegistryOptions.DEFAULT)) {
            registry.push(layout, "app:v1");
            String domain = registry.domain();
            assertThatThrownBy(() ->
                            client.repository(
                                            Reference.parse(domain + "/app:v2"),
                                            RegistryAuth.ANONYMOUS)
                                    .manifest("v2"))
                    .isInstanceOf(StatusException.NotFound.class)
                    .hasMessage(
                            "manifest for "
                                    + domain
                                    + "/app:v2 not found: manifest unknown: manifest unknown");
            assertThatThrownBy(() ->
                            client.repository(
                                            Reference.parse(domain + "/app"),
                                            RegistryAuth.ANONYMOUS)
                                    .fetchBlob(
                                            Descriptor.of("", Digest.sha256(new byte[1]), 1),
                                            new LocalContentStore(directory),
                                            SILENT))
                    .isInstanceOf(StatusException.NotFound.class)
                    .hasMessageContaining("blob unknown");
        }
    }

    @Test
    void passwordsAreAskedForAndChecked() throws Exception {
        Path htpasswd = Files.writeString(directory.resolve("htpasswd"), HTPASSWD);
        Path layout = layout(new byte[10]);
        String auth = "auth: {htpasswd: {realm: here, path: %s}}".formatted(htpasswd);
        try (var registry = DockerRegistry.start(directory, auth);
                var client = new RegistryClient(RegistryOptions.DEFAULT)) {
            registry.push(layout, "app:v1", "--dest-creds", "user:secret");
            var reference = Reference.parse(registry.domain() + "/app:v1");
            var user = new RegistryAuth("user", "secret", "", "");
            assertThat(client.repository(reference, user).manifest("v1").bytes()).isNotEmpty();
            assertThatThrownBy(() ->
                            client.repository(reference, RegistryAuth.ANONYMOUS).manifest("v1"))
                    .hasMessageEndingWith("/v2/app/manifests/v1\": no basic auth credentials");
            var wrong = new RegistryAuth("user", "wrong", "", "");
            assertThatThrownBy(() -> client.repository(reference, wrong).manifest("v1"))
                    .hasMessage("unauthorized: authentication required");
        }
    }

    @Test
    void registryThatIsDownIsSaidAsByGo() {
        try (var client = new RegistryClient(RegistryOptions.DEFAULT)) {
            var reference = Reference.parse("127.0.0.1:1/app:v1");
            assertThatThrownBy(() ->
                            client.repository(reference, RegistryAuth.ANONYMOUS).manifest("v1"))
                    .hasMessage(
                            "Get \"http://127.0.0.1:1/v2/\": dial tcp 127.0.0.1:1: connect:"
                                    + " connection refused");
        }
    }

    /** About 3 MB that cannot be compressed: skopeo compresses what is not yet. */
    private static byte[] layer(int seed) throws IOException {
        byte[] noise = new byte[3_000_000];
        new Random(seed).nextBytes(noise);
        var bytes = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(bytes)) {
            gzip.write(noise);
        }
        return bytes.toByteArray();
    }

    /** An OCI layout with one image of one layer, which need not be a real one. */
    private Path layout(byte[] layer) throws Exception {
        Path layout = directory.resolve("layout");
        var store = new LocalContentStore(layout);
        Digest diffId = store.put(layer);
        byte[] config =
                Json.writeBytes(
                        new JsonObject()
                                .with("os", "linux")
                                .with("architecture", "amd64")
                                .with(
                                        "rootfs",
                                        new JsonObject()
                                                .with("type", "layers")
                                                .with("diff_ids", List.of(diffId.toString()))));
        byte[] manifest =
                Manifest.of(
                                Descriptor.of(
                                        MediaTypes.OCI_CONFIG, store.put(config), config.length),
                                List.of(
                                        Descriptor.of(
                                                MediaTypes.OCI_LAYER_GZIP, diffId, layer.length)))
                        .bytes();
        var descriptor =
                Descriptor.of(MediaTypes.OCI_MANIFEST, store.put(manifest), manifest.length);
        Files.write(
                layout.resolve("index.json"),
                new JsonObject()
                        .with("schemaVersion", 2)
                        .with("manifests", List.of(descriptor.toJson()))
                        .toString()
                        .getBytes(UTF_8));
        return layout;
    }
}
