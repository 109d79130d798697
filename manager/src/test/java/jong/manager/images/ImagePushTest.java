package jong.manager.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import jong.manager.tar.TarEntry;
import jong.manager.tar.TarWriter;
import jong.oci.Descriptor;
import jong.oci.Digest;
import jong.oci.MediaTypes;
import jong.oci.Platform;
import jong.oci.content.LocalContentStore;
import jong.oci.image.Manifest;
import jong.oci.reference.Reference;
import jong.registry.BlobListener;
import jong.registry.RegistryAuth;
import jong.registry.RegistryClient;
import jong.registry.RegistryOptions;
import jong.registry.RemoteManifest;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

/** Pushes to Debian's docker-registry, and reads there what came. */
@Tag("root")
class ImagePushTest {

    private static final Platform AMD64 = Platform.parse("linux/amd64");

    /** How the request begins to say that it does not tell its length. */
    private static final String CHUNKED = "transfer-encoding: chunked";

    private static final BlobListener NOBODY =
            new BlobListener() {
                @Override
                public void transferred(long current, long total) {}

                @Override
                public void retrying(int secondsLeft) {}
            };

    @TempDir Path directory;

    private final List<JsonObject> events = Collections.synchronizedList(new ArrayList<>());
    private StoreOnDisk store;
    private RegistryClient client;
    private LocalContentStore content;
    private ClassicImages images;
    private DockerRegistry first;
    private DockerRegistry second;

    @BeforeEach
    void start() throws Exception {
        store = new StoreOnDisk(directory.resolve("root"), RegistryOptions.DEFAULT);
        client = store.registry;
        content = store.content;
        images = store.images;
        first = DockerRegistry.start(Files.createDirectory(directory.resolve("first")), "");
        second = DockerRegistry.start(Files.createDirectory(directory.resolve("second")), "");
    }

    @AfterEach
    void stop() throws Exception {
        first.close();
        second.close();
        store.close();
    }

    @Test
    void pulledImageReachesAnotherRegistryAsItCame() throws Exception {
        var layout =
                new Layout(directory.resolve("layout"), List.of(List.of("a=1"), List.of("b=2")));
        first.push(layout.path, "some/app:v1");
        Reference source = Reference.parse(first.domain() + "/some/app:v1");
        Image image = images.pull(source, AMD64, RegistryAuth.ANONYMOUS, ProgressListener.NONE);
        Reference target = Reference.parse(second.domain() + "/copy:v2");
        images.tag(image.id().toString(), target);

        push(target);

        Digest digest = image.digests().getFirst().digest();
        assertThat(manifest(target).descriptor().digest()).isEqualTo(digest);
        assertThat(images.get(target.toString()).digests()).contains(target.withDigest(digest));
        List<String> diffIds = image.config().diffIds().stream().map(Digest::shortHex).toList();
        assertThat(statuses())
                .startsWith(diffIds.get(1) + ": Preparing", diffIds.get(0) + ": Preparing")
                .contains(diffIds.get(0) + ": Pushed", diffIds.get(1) + ": Pushed")
                .contains("v2: digest: " + digest + " size: " + manifest(target).bytes().length);
        assertThat(events.getLast().object("aux").string("Digest")).isEqualTo(digest.toString());

        push(target);
        assertThat(statuses()).contains(diffIds.get(0) + ": Layer already exists");
    }

    @Test
    void layersAreMountedFromRepositoriesThatHaveThem() throws Exception {
        var layout = new Layout(directory.resolve("layout"), List.of(List.of("a=1")));
        first.push(layout.path, "some/app:v1");
        Reference source = Reference.parse(first.domain() + "/some/app:v1");
        Image image = images.pull(source, AMD64, RegistryAuth.ANONYMOUS, ProgressListener.NONE);
        Reference target = Reference.parse(first.domain() + "/other:v1");
        images.tag(image.id().toString(), target);

        push(target);

        String id = image.config().diffIds().getFirst().shortHex();
        assertThat(statuses()).contains(id + ": Mounted from some/app");
        assertThat(manifest(target).descriptor().digest())
                .isEqualTo(image.digests().getFirst().digest());
    }

    @Test
    void plainLayersAreCompressedOnceAndDescribedInDockersForm() throws Exception {
        byte[] tar = tar(300_000);
        Reference target = Reference.parse(first.domain() + "/made:v1");
        Image image = imported(tar, target);

        push(target);

        RemoteManifest remote = manifest(target);
        assertThat(remote.descriptor().mediaType()).isEqualTo(MediaTypes.DOCKER_MANIFEST);
        Descriptor layer = layers(remote).getFirst();
        assertThat(layer.mediaType()).isEqualTo(MediaTypes.DOCKER_LAYER_GZIP);
        byte[] compressed = content.readAll(layer.digest(), tar.length);
        assertThat(new GZIPInputStream(new ByteArrayInputStream(compressed)).readAllBytes())
                .isEqualTo(tar);
        assertThat(content.list().stream().filter(c -> c.size() > tar.length / 2)).hasSize(1);

        Reference other = Reference.parse(second.domain() + "/made:v1");
        images.tag(image.id().toString(), other);
        push(other);
        assertThat(manifest(other).bytes()).isEqualTo(remote.bytes());
        var saved = new ByteArrayOutputStream();
        images.save(List.of(target.toString()), null, saved);
        assertThat(saved.size()).isGreaterThan(tar.length);
    }

    @Test
    void layerIsSentOnceMoreIfTheConnectionBreaksWhileItIsCompressed() throws Exception {
        byte[] tar = tar(4_000_000);
        try (var proxy = new MeddlingProxy(first.domain(), CHUNKED, 1_000_000, "")) {
            Reference target = Reference.parse(proxy.domain() + "/made:v1");
            imported(tar, target);
            push(target);
            assertThat(proxy.meddled()).isEqualTo(1);
            assertArrived(tar, target);
        }
    }

    @Test
    void layerIsSentWithItsLengthIfTheRegistryWantsThat() throws Exception {
        byte[] tar = tar(4_000_000);
        String answer = "HTTP/1.1 411 Length Required\r\nConnection: close\r\n\r\n";
        try (var proxy = new MeddlingProxy(first.domain(), CHUNKED, 0, answer)) {
            Reference target = Reference.parse(proxy.domain() + "/made:v1");
            imported(tar, target);
            push(target);
            assertThat(proxy.meddled()).isEqualTo(1);
            assertArrived(tar, target);
        }
    }

    @Test
    void nothingIsCompressedForARegistryThatTakesNoUpload() throws Exception {
        String answer =
                "HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 54\r\n\r\n"
                        + "{\"errors\":[{\"code\":\"DENIED\",\"message\":\"not for you\"}]}";
        try (var proxy = new MeddlingProxy(first.domain(), "post /v2/", 0, answer)) {
            Reference target = Reference.parse(proxy.domain() + "/made:v1");
            imported(tar(300_000), target);
            int before = content.list().size();
            assertThatThrownBy(() -> push(target))
                    .isInstanceOf(StatusException.class)
                    .hasMessage("denied: not for you");
            assertThat(content.list()).hasSize(before);
            assertThat(content.ingests()).isEmpty();
        }
    }

    @Test
    void importedArchiveOfAnotherCompressionIsPushedAsGzip() throws Exception {
        byte[] tar = tar(300_000);
        var packed = new ByteArrayOutputStream();
        try (var xz = new XZOutputStream(packed, new LZMA2Options(0))) {
            xz.write(tar);
        }
        Reference target = Reference.parse(first.domain() + "/made:v1");
        imported(packed.toByteArray(), target);
        push(target);
        assertArrived(tar, target);
    }

    @Test
    void allTagsOfARepositoryArePushed() throws Exception {
        Reference one = Reference.parse(first.domain() + "/made:one");
        Image image = imported(tar(300_000), one);
        Reference two = one.withTag("two");
        images.tag(image.id().toString(), two);

        push(Reference.parse(one.name()));

        assertThat(client.repository(one, RegistryAuth.ANONYMOUS).tags())
                .containsExactly("one", "two");
        assertThat(manifest(two).bytes()).isEqualTo(manifest(one).bytes());
    }

    @Test
    void whatIsNotHereIsSaidInDockersWords() throws Exception {
        Reference there = Reference.parse("127.0.0.1:1/made:one");
        assertThatThrownBy(() -> push(there))
                .isInstanceOf(StatusException.NotFound.class)
                .hasMessage("An image does not exist locally with the tag: 127.0.0.1:1/made");
        imported(tar(300_000), there);
        assertThatThrownBy(() -> push(there.withTag("two")))
                .isInstanceOf(StatusException.NotFound.class)
                .hasMessage("tag does not exist: 127.0.0.1:1/made:two");
    }

    private void assertArrived(byte[] tar, Reference name) throws Exception {
        Descriptor layer = layers(manifest(name)).getFirst();
        var other = new LocalContentStore(directory.resolve("other"));
        client.repository(name, RegistryAuth.ANONYMOUS).fetchBlob(layer, other, NOBODY);
        byte[] compressed = other.readAll(layer.digest(), 2 * tar.length);
        assertThat(new GZIPInputStream(new ByteArrayInputStream(compressed)).readAllBytes())
                .isEqualTo(tar);
    }

    private void push(Reference reference) throws IOException, InterruptedException {
        events.clear();
        images.push(reference, null, RegistryAuth.ANONYMOUS, event -> events.add(event.toJson()));
    }

    private List<String> statuses() {
        return events.stream()
                .filter(event -> !event.has("progress"))
                .map(event ->
                        (event.has("id") ? event.string("id") + ": " : "") + event.string("status"))
                .toList();
    }

    private RemoteManifest manifest(Reference reference) throws Exception {
        return client.repository(reference, RegistryAuth.ANONYMOUS)
                .manifest(String.valueOf(reference.tag()));
    }

    private static List<Descriptor> layers(RemoteManifest manifest) {
        return Manifest.parse(manifest.bytes(), manifest.descriptor().mediaType()).layers();
    }

    private Image imported(byte[] tar, Reference name) throws IOException {
        return images.importTar(
                new ByteArrayInputStream(tar),
                new ImportRequest(name, "", new JsonObject(), AMD64),
                ProgressListener.NONE);
    }

    /** One file that cannot be compressed. */
    private static byte[] tar(int length) throws IOException {
        byte[] noise = new byte[length];
        new Random(7).nextBytes(noise);
        var bytes = new ByteArrayOutputStream();
        try (var tar = new TarWriter(bytes)) {
            tar.write(TarEntry.file("noise", noise.length, 0), new ByteArrayInputStream(noise));
        }
        return bytes.toByteArray();
    }
}
