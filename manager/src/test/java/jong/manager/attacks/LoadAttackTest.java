package jong.manager.attacks;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import jong.manager.images.ClassicImages;
import jong.manager.images.Image;
import jong.manager.images.ProgressListener;
import jong.manager.images.StoreOnDisk;
import jong.manager.tar.TarEntry;
import jong.manager.tar.TarWriter;
import jong.oci.Digest;
import jong.oci.reference.Reference;
import jong.registry.RegistryOptions;
import jong.wire.status.StatusException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What archives have tried with {@code docker load}. */
@Tag("root")
class LoadAttackTest {

    private static final String BASE = "a".repeat(64);
    private static final String TOP = "b".repeat(64);
    private static final int TOO_LARGE = 9 << 20;

    @TempDir Path directory;
    private StoreOnDisk store;
    private ClassicImages images;
    private final ByteArrayOutputStream archive = new ByteArrayOutputStream();
    private final TarWriter tar = new TarWriter(archive);

    @BeforeEach
    void start() throws IOException {
        store = new StoreOnDisk(directory.resolve("root"), RegistryOptions.DEFAULT);
        images = store.images;
    }

    @AfterEach
    void stop() throws IOException {
        store.close();
    }

    @Test
    void archivesOfDocker1AreLoaded() throws Exception {
        legacy(BASE, "", "base");
        legacy(TOP, BASE, "top");
        file("repositories", "{\"old/app\":{\"v1\":\"" + TOP + "\"}}");
        Image image = load().getFirst();
        assertThat(image.tags())
                .extracting(Reference::familiarString)
                .containsExactly("old/app:v1");
        assertThat(image.config().diffIds())
                .containsExactly(Digest.sha256(layer("base")), Digest.sha256(layer("top")));
        assertThat(image.config().history()).hasSize(2);
        assertThat(image.config().json().keySet()).doesNotContain("id", "parent");
    }

    @Test
    void imageIdsAreNoPaths() throws Exception {
        // CVE-2014-9358.
        legacy(TOP, "../../../../etc", "x");
        assertThatThrownBy(this::load)
                .isInstanceOf(StatusException.InvalidArgument.class)
                .hasMessage("invalid archive: \"../../../../etc\" is no image ID");
    }

    @Test
    void anImageDoesNotStandOnItself() throws Exception {
        legacy(BASE, TOP, "x");
        legacy(TOP, BASE, "x");
        file("repositories", "{\"a\":{\"b\":\"" + TOP + "\"}}");
        assertThatThrownBy(this::load).hasMessageContaining("stands on itself");
    }

    @Test
    void aLayerThatIsALinkToTheHostIsMissing() throws Exception {
        // CVE-2014-9356: links are looked up among the archive's files, and nowhere else.
        file(TOP + "/json", "{\"os\":\"linux\"}");
        Path secret = Files.writeString(directory.resolve("secret"), "secret");
        for (TarEntry.Type type : List.of(TarEntry.Type.SYMLINK, TarEntry.Type.HARD_LINK)) {
            tar.write(link(type, TOP + "/layer.tar", "../../../.." + secret));
        }
        file("repositories", "{\"a\":{\"b\":\"" + TOP + "\"}}");
        assertThatThrownBy(this::load).hasMessageEndingWith("/layer.tar\" is missing");
    }

    @Test
    void aLayerMayBeALinkInTheArchive() throws Exception {
        legacy(BASE, "", "shared");
        file(TOP + "/json", "{\"os\":\"linux\",\"architecture\":\"amd64\"}");
        tar.write(link(TarEntry.Type.SYMLINK, TOP + "/layer.tar", "../" + BASE + "/layer.tar"));
        file("repositories", "{\"a\":{\"b\":\"" + TOP + "\"}}");
        assertThat(load()).anyMatch(image -> !image.tags().isEmpty());
    }

    @Test
    void aHugeManifestIsRefused() throws Exception {
        file("manifest.json", " ".repeat(TOO_LARGE) + "[]");
        assertThatThrownBy(this::load).hasMessageContaining("limit");
    }

    @Test
    void aDocumentThatIsIndexAndManifestIsRefused() throws Exception {
        // CVE-2021-41190.
        file("index.json", "{\"schemaVersion\":2,\"manifests\":[],\"config\":{},\"layers\":[]}");
        assertThatThrownBy(this::load).isInstanceOf(StatusException.InvalidArgument.class);
    }

    private List<Image> load() throws IOException {
        tar.close();
        return images.load(
                new ByteArrayInputStream(archive.toByteArray()), null, ProgressListener.NONE);
    }

    private void legacy(String id, String parent, String content) throws IOException {
        file(
                id + "/json",
                ("{\"id\":\"%s\",\"parent\":\"%s\",\"os\":\"linux\",\"architecture\":\"amd64\","
                                + "\"container_config\":{\"Cmd\":[\"make\"]}}")
                        .formatted(id, parent));
        file(id + "/VERSION", "1.0");
        bytes(id + "/layer.tar", layer(content));
    }

    private static byte[] layer(String content) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var layer = new TarWriter(bytes)) {
            byte[] text = content.getBytes(UTF_8);
            layer.write(TarEntry.file(content, text.length, 0), new ByteArrayInputStream(text));
        }
        return bytes.toByteArray();
    }

    private void file(String name, String text) throws IOException {
        bytes(name, text.getBytes(UTF_8));
    }

    private void bytes(String name, byte[] content) throws IOException {
        tar.write(TarEntry.file(name, content.length, 0), new ByteArrayInputStream(content));
    }

    private static TarEntry link(TarEntry.Type type, String name, String target) {
        return new TarEntry(name, type, 0777, 0, 0, 0, 0, target, 0, 0, Map.of(), List.of());
    }
}
