package jong.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import jong.oci.Descriptor;
import jong.oci.MediaTypes;
import jong.oci.content.LocalContentStore;
import jong.oci.image.Manifest;
import jong.oci.reference.Reference;
import jong.wire.status.StatusException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Uploads to Debian's docker-registry, also over a connection that breaks. */
class PushTest {

    @TempDir Path directory;

    private final List<Integer> waits = Collections.synchronizedList(new ArrayList<>());
    private final List<Long> sent = Collections.synchronizedList(new ArrayList<>());
    private final BlobListener listener =
            new BlobListener() {
                @Override
                public void transferred(long current, long total) {
                    sent.add(current);
                }

                @Override
                public void retrying(int secondsLeft) {
                    waits.add(secondsLeft);
                }
            };
    private final RegistryOptions options =
            RegistryOptions.DEFAULT.withAttempts(3, 3, Duration.ofMillis(1));
    private LocalContentStore store;
    private Descriptor blob;

    @BeforeEach
    void makeBlob() throws Exception {
        store = new LocalContentStore(directory.resolve("store"));
        byte[] bytes = new byte[3_000_000];
        new Random(1).nextBytes(bytes);
        blob = Descriptor.of(MediaTypes.DOCKER_LAYER_GZIP, store.put(bytes), bytes.length);
    }

    @Test
    void blobAndManifestComeBackAsTheyWere() throws Exception {
        try (var registry = DockerRegistry.start(directory, "");
                var client = new RegistryClient(options)) {
            Repository repository = repository(client, registry.domain());
            assertThat(repository.hasBlob(blob.digest())).isFalse();
            assertThat(repository.pushBlob(blob, store, List.of(), listener)).isEmpty();
            assertThat(sent).isSorted().endsWith(blob.size());
            byte[] config = "{}".getBytes(java.nio.charset.StandardCharsets.UTF_8);
            var described =
                    Descriptor.of(MediaTypes.DOCKER_CONFIG, store.put(config), config.length);
            repository.pushBlob(described, store, List.of(), listener);
            byte[] manifest = Manifest.of(described, List.of(blob)).bytes();
            repository.pushManifest("v1", MediaTypes.DOCKER_MANIFEST, manifest);

            assertThat(repository.manifest("v1").bytes()).isEqualTo(manifest);
            assertThat(repository.tags()).containsExactly("v1");
            var other = new LocalContentStore(directory.resolve("other"));
            repository.fetchBlob(blob, other, listener);
            assertThat(other.info(blob.digest())).isPresent();
        }
    }

    @Test
    void brokenUploadIsTriedAgain() throws Exception {
        try (var registry = DockerRegistry.start(directory, "");
                var proxy = new CuttingProxy(registry.port(), 2, 1_000_000, Long.MAX_VALUE);
                var client = new RegistryClient(options)) {
            Repository repository = repository(client, proxy.domain());
            repository.hasBlob(blob.digest()); // Plain HTTP is known from here on.
            repository.pushBlob(blob, store, List.of(), listener);
            assertThat(proxy.cutsLeft()).isZero();
            assertThat(waits).hasSize(2);
            assertThat(repository.hasBlob(blob.digest())).isTrue();
        }
    }

    @Test
    void uploadsEndAfterTheAllowedAttempts() throws Exception {
        try (var registry = DockerRegistry.start(directory, "");
                var proxy = new CuttingProxy(registry.port(), 99, 1_000_000, Long.MAX_VALUE);
                var client = new RegistryClient(options)) {
            Repository repository = repository(client, proxy.domain());
            repository.hasBlob(blob.digest());
            assertThatThrownBy(() -> repository.pushBlob(blob, store, List.of(), listener))
                    .isInstanceOf(java.io.IOException.class)
                    .hasMessageStartingWith("Patch \"http://" + proxy.domain());
            assertThat(waits).hasSize(2);
        }
    }

    @Test
    void contentIsSentBeforeItsDigestIsKnown() throws Exception {
        try (var registry = DockerRegistry.start(directory, "");
                var client = new RegistryClient(options)) {
            Repository repository = repository(client, registry.domain());
            try (OpenUpload upload = repository.beginUpload();
                    var reader = store.open(blob.digest())) {
                upload.send(reader.stream(), 1);
                upload.finish(blob.digest());
            }
            assertThat(repository.hasBlob(blob.digest())).isTrue();
        }
    }

    @Test
    void wrongDigestIsRefused() throws Exception {
        try (var registry = DockerRegistry.start(directory, "");
                var client = new RegistryClient(options)) {
            Repository repository = repository(client, registry.domain());
            try (OpenUpload upload = repository.beginUpload()) {
                upload.send(new ByteArrayInputStream(new byte[100]), 100);
                assertThatThrownBy(() -> upload.finish(blob.digest()))
                        .isInstanceOf(StatusException.class)
                        .hasMessageContaining("digest");
            }
            assertThat(repository.hasBlob(blob.digest())).isFalse();
        }
    }

    @Test
    void uploadThatIsNotFinishedIsCancelled() throws Exception {
        try (var registry = DockerRegistry.start(directory, "");
                var client = new RegistryClient(options)) {
            try (OpenUpload upload = repository(client, registry.domain()).beginUpload()) {
                upload.send(new ByteArrayInputStream(new byte[100]), 100);
                assertThat(uploads()).isNotEmpty();
            }
            assertThat(uploads()).isEmpty();
        }
    }

    @Test
    void registryThatWantsToKnowTheLengthSaysSo() throws Exception {
        try (var server = new ScriptedServer();
                var client = new RegistryClient(options)) {
            String uploads = "/v2/app/blobs/uploads/";
            server.on(
                    uploads,
                    exchange -> {
                        if (exchange.method.equals("POST")) {
                            exchange.with("Location", uploads + "1").answer(202, new byte[0]);
                        } else {
                            exchange.answer(411, new byte[0]);
                        }
                    });
            Repository repository = repository(client, "127.0.0.1:" + server.port());
            try (OpenUpload upload = repository.beginUpload()) {
                assertThatThrownBy(() -> upload.send(new ByteArrayInputStream(new byte[1]), 1))
                        .isInstanceOf(StatusException.class)
                        .hasMessageContaining("411");
            }
        }
    }

    @Test
    void contentThatIsThereOnceIsNotSentTwice() throws Exception {
        try (var server = new ScriptedServer();
                var client = new RegistryClient(options)) {
            String uploads = "/v2/app/blobs/uploads/";
            server.on(
                    uploads,
                    exchange ->
                            exchange.with("Location", uploads + "1")
                                    .answer(
                                            exchange.method.equals("PATCH") ? 307 : 202,
                                            new byte[0]));
            Repository repository = repository(client, "127.0.0.1:" + server.port());
            try (OpenUpload upload = repository.beginUpload()) {
                assertThatThrownBy(() -> upload.send(new ByteArrayInputStream(new byte[1]), 1))
                        .isInstanceOf(java.io.IOException.class)
                        .hasStackTraceContaining("sent again what is sent once");
            }
        }
    }

    @Test
    void brokenDownloadGoesOn() throws Exception {
        try (var registry = DockerRegistry.start(directory, "");
                var proxy = new CuttingProxy(registry.port(), 2, Long.MAX_VALUE, 1_000_000);
                var client = new RegistryClient(options)) {
            repository(client, registry.domain()).pushBlob(blob, store, List.of(), listener);
            Repository repository = repository(client, proxy.domain());
            var other = new LocalContentStore(directory.resolve("other"));
            sent.clear();
            repository.fetchBlob(blob, other, listener);
            assertThat(waits).hasSize(2);
            assertThat(sent).as("no byte is fetched twice").isSorted();
            assertThat(other.info(blob.digest())).isPresent();
        }
    }

    @Test
    void manifestWithoutItsBlobsIsRefusedInTheRegistrysWords() throws Exception {
        try (var registry = DockerRegistry.start(directory, "");
                var client = new RegistryClient(options)) {
            byte[] manifest = Manifest.of(blob, List.of(blob)).bytes();
            assertThatThrownBy(() ->
                            repository(client, registry.domain())
                                    .pushManifest("v1", MediaTypes.DOCKER_MANIFEST, manifest))
                    .isInstanceOf(StatusException.class)
                    .hasMessage("manifest invalid: manifest invalid");
        }
    }

    /** The bytes that docker-registry has of uploads; it leaves other files behind. */
    private List<Path> uploads() throws Exception {
        Path all = directory.resolve("data/docker/registry/v2/repositories/app/_uploads");
        try (var files = Files.list(all)) {
            return files.map(upload -> upload.resolve("data")).filter(Files::exists).toList();
        }
    }

    private static Repository repository(RegistryClient client, String domain) {
        return client.repository(
                Reference.parse(domain + "/app"), RegistryAuth.ANONYMOUS, Purpose.PUSH);
    }
}
