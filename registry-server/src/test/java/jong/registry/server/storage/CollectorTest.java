package jong.registry.server.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import jong.oci.Digest;
import jong.registry.server.protocol.ManifestDocument;
import jong.registry.server.protocol.RegistryException;
import jong.registry.server.protocol.RepositoryName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CollectorTest {

    private static final CollectionRules RULES = rules(Duration.ofHours(1), false);
    private static final RepositoryName A = new RepositoryName("a");
    private static final RepositoryName B = new RepositoryName("b/c");

    @TempDir Path root;
    private RegistryStore store;

    @BeforeEach
    void open() throws IOException {
        store = RegistryStore.open(root);
    }

    @AfterEach
    void close() throws IOException {
        store.close();
    }

    private static CollectionRules rules(Duration grace, boolean untagged) {
        return new CollectionRules(grace, untagged, Duration.ZERO, Duration.ofDays(7));
    }

    private Digest blob(RepositoryName name, String content) throws IOException {
        Upload upload = store.beginUpload(name, "sha256");
        upload.append(new ByteArrayInputStream(content.getBytes(UTF_8)), null);
        Digest digest = Digest.sha256(content.getBytes(UTF_8));
        store.commit(upload, digest);
        return digest;
    }

    private Digest image(RepositoryName name, Digest layer, String... tags) throws IOException {
        return image(name, blob(name, "{}"), layer, tags);
    }

    private Digest image(RepositoryName name, Digest config, Digest layer, String... tags)
            throws IOException {
        byte[] bytes =
                ("{\"schemaVersion\":2,\"config\":{\"digest\":\""
                                + config
                                + "\"},\"layers\":[{\"digest\":\""
                                + layer
                                + "\"}]}")
                        .getBytes(UTF_8);
        var document = ManifestDocument.parse(bytes, "");
        RepositoryStore repository = store.repository(name);
        repository.requireContent(document);
        Digest digest = Digest.sha256(bytes);
        repository.put(
                new StoredManifest(digest, document.mediaType(), bytes), document, List.of(tags));
        return digest;
    }

    /** Makes everything as old as if it had been there for two hours. */
    private void age() throws IOException {
        var then = FileTime.from(Instant.now().minus(Duration.ofHours(2)));
        try (var files = Files.walk(root)) {
            for (Path file : files.toList()) {
                Files.setLastModifiedTime(file, then);
            }
        }
    }

    @Test
    void whatNothingRefersToGoesAfterTheGracePeriod() throws IOException {
        Digest needed = blob(A, "needed");
        Digest stray = blob(A, "stray");
        Digest image = image(A, needed, "t");
        assertThat(store.collector().collect(RULES).blobs()).isZero();
        age();
        var result = store.collector().collect(RULES);
        assertThat(result).isEqualTo(new CollectionResult(0, 1, 1, "stray".length(), 0));
        assertThat(store.size(stray)).isEmpty();
        assertThat(store.repository(A).hasBlob(stray)).isFalse();
        assertThat(store.repository(A).hasBlob(needed)).isTrue();
        assertThat(store.repository(A).manifest(image).digest()).isEqualTo(image);
    }

    @Test
    void whatAnotherRepositoryNeedsStays() throws IOException {
        Digest shared = blob(A, "shared");
        store.mount(B, shared);
        image(B, shared, "t");
        age();
        assertThat(store.collector().collect(RULES).blobs()).isZero();
        assertThat(store.repository(A).hasBlob(shared)).isFalse();
        assertThat(store.repository(B).hasBlob(shared)).isTrue();
        assertThat(store.size(shared)).hasValue("shared".length());
    }

    @Test
    void aBlobThatAClientHasJustAskedForStays() throws IOException {
        Digest asked = blob(A, "asked");
        age();
        assertThat(store.repository(A).hasBlob(asked)).isTrue();
        assertThat(store.collector().collect(RULES).blobs()).isZero();
        assertThat(image(A, asked, "t")).isNotNull();
    }

    @Test
    void manifestsWithoutATagGoOnlyIfThatIsWanted() throws IOException {
        Digest layer = blob(A, "layer");
        Digest tagged = image(A, layer, "t");
        Digest untagged = image(A, blob(A, "other"));
        age();
        assertThat(store.collector().collect(RULES).manifests()).isZero();
        age();
        assertThat(store.collector().collect(rules(Duration.ofHours(1), true)).manifests()).isOne();
        assertThat(store.repository(A).hasManifest(untagged)).isFalse();
        assertThat(store.repository(A).hasManifest(tagged)).isTrue();
    }

    @Test
    void aManifestThatCannotBeReadProtectsItsRepository() throws IOException {
        Digest layer = blob(A, "layer");
        Digest image = image(A, layer, "t");
        Files.writeString(new Layout(root).blob(image), "{\"schemaVersion\":1}");
        age();
        assertThat(store.collector().collect(RULES).blobs()).isZero();
        assertThat(store.repository(A).hasBlob(layer)).isTrue();
    }

    @Test
    void manifestsThatNobodyUsesExpireInACache() throws IOException {
        Digest old = image(A, blob(A, "old"), "old");
        age();
        Digest fresh = image(A, blob(A, "fresh"), "fresh");
        var rules =
                new CollectionRules(
                        Duration.ofMinutes(1), false, Duration.ofHours(1), Duration.ofDays(7));
        store.collector().collect(rules);
        assertThat(store.repository(A).hasManifest(old)).isFalse();
        assertThat(store.repository(A).tags()).containsExactly("fresh");
        assertThat(store.repository(A).hasManifest(fresh)).isTrue();
    }

    @Test
    void anOldUploadGoesAndAYoungOneStays() throws IOException {
        Upload old = store.beginUpload(A, "sha256");
        var aging = FileTime.from(Instant.now().minus(Duration.ofDays(8)));
        Files.setLastModifiedTime(old.data(), aging);
        Files.setLastModifiedTime(old.directory(), aging);
        Upload young = store.beginUpload(A, "sha256");
        assertThat(store.collector().collect(RULES).uploads()).isOne();
        assertThat(old.directory()).doesNotExist();
        assertThat(store.upload(A, young.id().toString())).isSameAs(young);
    }

    /** What the randomised test gives a push: collections in it must take nothing of its own. */
    private static final Duration SHORT_GRACE = Duration.ofMillis(400);

    /**
     * Pushes of few layers to two repositories, each with the checks of a client that knows what is
     * there, against collections without a pause. Manifests are deleted again, so that content
     * loses its last link and gets a new one all the time. A push that took longer than the grace
     * period, on a busy machine, was promised nothing and is not counted.
     */
    @Test
    void nothingThatWasAcknowledgedIsLostWhileCollecting() throws Exception {
        long seed = System.nanoTime();
        var pushed = new ConcurrentHashMap<Digest, RepositoryName>();
        long end = System.nanoTime() + Duration.ofSeconds(8).toNanos();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> work = new ArrayList<>();
            for (int pusher = 0; pusher < 3; pusher++) {
                var random = new Random(seed + pusher);
                String mark = "pusher " + pusher;
                Callable<Void> pushes =
                        () -> {
                            while (System.nanoTime() < end) {
                                push(random, mark, pushed, seed);
                            }
                            return null;
                        };
                work.add(threads.submit(pushes));
            }
            while (System.nanoTime() < end) {
                store.collector().collect(rules(SHORT_GRACE, false));
            }
            for (Future<?> each : work) {
                each.get();
            }
        }
        for (var entry : pushed.entrySet()) {
            requireWhole(entry.getValue(), entry.getKey(), seed);
        }
    }

    private void push(
            Random random, String mark, ConcurrentHashMap<Digest, RepositoryName> pushed, long seed)
            throws IOException {
        long begin = System.nanoTime();
        RepositoryName name = random.nextBoolean() ? A : B;
        RepositoryName other = name.equals(A) ? B : A;
        String content = "layer " + random.nextInt(60);
        Digest layer = Digest.sha256(content.getBytes(UTF_8));
        boolean here = store.repository(name).hasBlob(layer);
        boolean mounted =
                !here && store.repository(other).hasBlob(layer) && store.mount(name, layer);
        if (!here && !mounted) {
            blob(name, content);
        }
        if (random.nextInt(3) == 0) {
            return; // A client that gives up: its layer is garbage, for a while.
        }
        Digest config = blob(name, mark);
        Digest image;
        try {
            image = image(name, config, layer);
        } catch (RegistryException e) {
            if (isSlow(begin)) {
                return;
            }
            throw new AssertionError("a blob that was just there is gone, seed " + seed, e);
        }
        if (isSlow(begin)) {
            store.repository(name).deleteManifest(image);
            pushed.remove(image);
        } else if (pushed.putIfAbsent(image, name) == null && random.nextInt(4) > 0) {
            requireWhole(name, image, seed);
            pushed.remove(image);
            store.repository(name).deleteManifest(image);
        }
    }

    private static boolean isSlow(long begin) {
        return System.nanoTime() - begin > SHORT_GRACE.toNanos() / 2;
    }

    private void requireWhole(RepositoryName name, Digest image, long seed) throws IOException {
        RepositoryStore repository = store.repository(name);
        var document = ManifestDocument.parse(repository.manifest(image).bytes(), "");
        for (Digest needed : document.blobs()) {
            assertThat(repository.hasBlob(needed)).as("seed " + seed).isTrue();
            assertThat(store.size(needed)).as("seed " + seed).isPresent();
        }
    }

    /** What a push or a deletion leaves that dies between two of its files. */
    @Test
    void leftoversOfAnInterruptedChangeGo() throws IOException {
        Digest layer = blob(A, "layer");
        Digest image = image(A, layer, "v1");
        Path v2 = root.resolve("docker/registry/v2");
        Path manifests = v2.resolve("repositories/a/_manifests");
        String other = Digest.sha256("other".getBytes(UTF_8)).hex();
        write(manifests.resolve("revisions/sha256/" + other + "/mediatype"), "x");
        write(
                manifests.resolve("referrers/sha256/" + image.hex() + "/sha256-" + other),
                "sha256:" + other);
        Files.createDirectories(manifests.resolve("tags/v2/current"));
        Files.createDirectories(v2.resolve("repositories/a/_layers/sha256/" + other));
        Files.createDirectories(v2.resolve("blobs/sha256/" + other.substring(0, 2) + "/" + other));

        assertThat(store.repository(A).referrers(image)).isEmpty();
        store.collector().collect(RULES);

        assertThat(manifests.resolve("revisions/sha256/" + other)).doesNotExist();
        assertThat(manifests.resolve("referrers")).doesNotExist();
        assertThat(manifests.resolve("tags/v2")).doesNotExist();
        assertThat(v2.resolve("repositories/a/_layers/sha256/" + other)).doesNotExist();
        assertThat(v2.resolve("blobs/sha256/" + other.substring(0, 2) + "/" + other))
                .doesNotExist();
        assertThat(store.repository(A).resolve("v1")).contains(image);
        assertThat(store.repository(A).hasBlob(layer)).isTrue();
    }

    private static void write(Path file, String content) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }
}
