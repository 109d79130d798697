package jong.manager.images;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import jong.manager.tar.TarEntry;
import jong.manager.tar.TarWriter;
import jong.manager.unpack.UnpackLimits;
import jong.oci.Descriptor;
import jong.oci.Digest;
import jong.oci.MediaTypes;
import jong.oci.content.LocalContentStore;
import jong.oci.image.Manifest;
import jong.registry.RegistryOptions;
import jong.wire.json.Json;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Archives that are not what {@code docker save} writes, and say more than they may. */
@Tag("root")
class ForeignArchiveTest {

    private static final String PIN = "sha256:" + "a".repeat(64);
    private static final int FILE_LIMIT = 96 << 20;
    private static final int RATIO = 20;

    @TempDir Path directory;
    private StoreOnDisk store;

    @BeforeEach
    void start() throws IOException {
        store =
                new StoreOnDisk(
                        directory.resolve("root"),
                        RegistryOptions.DEFAULT,
                        new UnpackLimits(FILE_LIMIT, RATIO));
    }

    @AfterEach
    void stop() throws IOException {
        store.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"alpine@", "alpine:3@"})
    void archivesDoNotSayWhatADigestMeans(String name) throws Exception {
        assertRefused(docker(1, name + PIN), "invalid tag \"" + name + PIN + "\"");
        assertRefused(ociNamed(name + PIN), "invalid tag \"" + name + PIN + "\"");
    }

    @Test
    void namesWithoutATagAreRefusedAsDockerDoes() throws Exception {
        assertRefused(docker(1, "alpine"), "invalid tag \"alpine\"");
        assertRefused(
                docker(1, "sha256:abc"),
                "refusing to create an ambiguous tag using digest algorithm as name");
    }

    @Test
    void moreLayersThanCanBeShownAreNotUnpacked() throws Exception {
        assertRefused(docker(1001, "many:v1"), "max depth exceeded: 1001 layers, limit 500");
        assertRefused(docker(501, "many:v1"), "max depth exceeded: 501 layers, limit 500");
        assertThat(load(docker(2, "few:v1")).config().diffIds()).hasSize(2);
    }

    @Test
    void archivesThatInflateTooMuchEndBeforeTheDiskIsFull() throws Exception {
        var bytes = new ByteArrayOutputStream();
        try (var tar = new TarWriter(bytes)) {
            file(tar, "zeros", new byte[80 << 20]);
        }
        assertFails(
                Zstd.compress(bytes.toByteArray()),
                "archive unpacks to more than " + RATIO + " times its size, which is the limit");
    }

    @Test
    void filesLargerThanALayerMayBeAreNotStored() throws Exception {
        var bytes = new ByteArrayOutputStream();
        try (var tar = new TarWriter(bytes)) {
            file(tar, "zeros", new byte[FILE_LIMIT + 1]);
        }
        assertFails(
                bytes.toByteArray(),
                "file \"zeros\" of the archive is larger than "
                        + FILE_LIMIT
                        + " bytes, which is the limit");
    }

    @Test
    void sizesThatAreNotThoseOfTheContentAreRefused() throws Exception {
        var layout = new Layout(directory.resolve("layout"), List.of(List.of("a=1")));
        Descriptor layer = layout.layers.getFirst();
        Descriptor wrong = Descriptor.of(layer.mediaType(), layer.digest(), 5);
        var config = Descriptor.of(MediaTypes.OCI_CONFIG, layout.id, 5);
        assertRefused(
                oci(layout, layout.config, List.of(wrong)),
                "content " + layer.digest() + " has " + layer.size() + " bytes, not 5");
        assertRefused(
                oci(layout, config, layout.layers),
                "content " + layout.id + " has " + layout.config.size() + " bytes, not 5");
    }

    @Test
    void idsAreNotMadeOfOtherHashes() throws Exception {
        var layout = new Layout(directory.resolve("layout"), List.of(List.of("a=1")));
        var files = new LocalContentStore(layout.path);
        byte[] config = files.readAll(layout.id, 1 << 20);
        Digest longer = sha512(config);
        // Content of that name can only be there because a registry gave it.
        try (var writer = store.content.writer("x", Descriptor.of("", longer, config.length))) {
            writer.write(config);
            writer.commit();
        }
        byte[] archive =
                oci(
                        layout,
                        Descriptor.of(MediaTypes.OCI_CONFIG, longer, config.length),
                        layout.layers);
        assertThatThrownBy(() -> load(archive))
                .hasMessage("image configuration " + longer + " is not named by sha256");
        assertThat(store.images.list()).isEmpty();
    }

    @Test
    void imageThatLosesItsNameIsTold() throws Exception {
        Image old = load(docker(1, "app:v1"));
        List<String> events = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            store.images.load(
                    new ByteArrayInputStream(docker(2, "app:v1")), null, RecordedEvents.in(events));
        }
        assertThat(events)
                .filteredOn(event -> !event.contains("Loading layer"))
                .containsExactly(
                        "The image app:v1 already exists, renaming the old one with ID "
                                + old.id()
                                + " to empty string\n",
                        "Loaded image: app:v1\n",
                        "Loaded image: app:v1\n");
    }

    @Test
    void configurationThatIsHereDamagedIsReplaced() throws Exception {
        byte[] archive = docker(2, "app:v1");
        Image image = load(archive);
        Path blob = directory.resolve("root/content/blobs/sha256/" + image.id().hex());
        byte[] damaged = Files.readAllBytes(blob);
        damaged[damaged.length / 2] ^= 1;
        Files.write(blob, damaged);
        assertThat(load(archive).config()).isEqualTo(image.config());
        assertThat(Digest.sha256(Files.readAllBytes(blob))).isEqualTo(image.id());
    }

    static Digest sha512(byte[] bytes) {
        var any = new Digest("sha512", "0".repeat(128));
        byte[] hash = any.newMessageDigest().digest(bytes);
        return new Digest("sha512", java.util.HexFormat.of().formatHex(hash));
    }

    private Image load(byte[] archive) throws IOException {
        return store.images
                .load(new ByteArrayInputStream(archive), null, ProgressListener.NONE)
                .getFirst();
    }

    private void assertRefused(byte[] archive, String message) throws IOException {
        assertThatThrownBy(() -> load(archive))
                .isInstanceOf(StatusException.InvalidArgument.class)
                .hasMessage(message);
        assertNothingIsLeft();
    }

    private void assertFails(byte[] archive, String message) throws IOException {
        assertThatThrownBy(() -> load(archive)).isInstanceOf(IOException.class).hasMessage(message);
        assertNothingIsLeft();
    }

    private void assertNothingIsLeft() throws IOException {
        assertThat(store.images.list()).isEmpty();
        assertThat(store.content.list()).isEmpty();
        assertThat(store.content.ingests()).isEmpty();
        assertThat(store.snapshots.walk()).isEmpty();
        assertThat(store.metadata.bucket("names").entries()).isEmpty();
    }

    /** An archive in docker's form, of one small layer as many times as told. */
    private static byte[] docker(int layers, String name) throws IOException {
        var layer = new ByteArrayOutputStream();
        try (var tar = new TarWriter(layer)) {
            file(tar, "f", new byte[] {1});
        }
        List<String> diffIds =
                Collections.nCopies(layers, Digest.sha256(layer.toByteArray()).toString());
        var rootfs = new JsonObject().with("type", "layers").with("diff_ids", diffIds);
        var config =
                new JsonObject()
                        .with("architecture", "amd64")
                        .with("os", "linux")
                        .with("rootfs", rootfs);
        var image =
                new JsonObject()
                        .with("Config", "config.json")
                        .with("RepoTags", List.of(name))
                        .with("Layers", Collections.nCopies(layers, "layer.tar"));
        var archive = new ByteArrayOutputStream();
        try (var tar = new TarWriter(archive)) {
            file(tar, "layer.tar", layer.toByteArray());
            file(tar, "config.json", Json.writeBytes(config));
            file(tar, "manifest.json", Json.writeBytes(List.of(image)));
        }
        return archive.toByteArray();
    }

    /** An OCI layout whose image has that name. */
    private byte[] ociNamed(String name) throws Exception {
        var layout = new Layout(directory.resolve("named"), List.of(List.of("a=1")));
        return packed(layout, layout.manifest.withAnnotation("io.containerd.image.name", name));
    }

    /** An OCI layout whose manifest says that. */
    private static byte[] oci(Layout layout, Descriptor config, List<Descriptor> layers)
            throws Exception {
        byte[] manifest = Manifest.of(config, layers).bytes();
        Digest digest = new LocalContentStore(layout.path).put(manifest);
        return packed(layout, Descriptor.of(MediaTypes.OCI_MANIFEST, digest, manifest.length));
    }

    private static byte[] packed(Layout layout, Descriptor manifest) throws Exception {
        Files.writeString(
                layout.path.resolve("index.json"),
                new JsonObject()
                        .with("schemaVersion", 2)
                        .with("manifests", List.of(manifest.toJson()))
                        .toString(),
                UTF_8);
        return Commands.run("tar", "-c", "-C", layout.path.toString(), ".");
    }

    private static void file(TarWriter tar, String name, byte[] content) throws IOException {
        tar.write(TarEntry.file(name, content.length, 0), new ByteArrayInputStream(content));
    }
}
