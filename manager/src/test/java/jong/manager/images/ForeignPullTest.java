package jong.manager.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import jong.oci.Descriptor;
import jong.oci.Digest;
import jong.oci.MediaTypes;
import jong.oci.Platform;
import jong.oci.content.LocalContentStore;
import jong.oci.image.Manifest;
import jong.oci.reference.Reference;
import jong.registry.RegistryAuth;
import jong.registry.RegistryOptions;
import jong.wire.json.Json;
import jong.wire.json.JsonObject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pulls of what a registry with checks would not have taken. */
@Tag("root")
class ForeignPullTest {

    @TempDir Path directory;
    private StoreOnDisk store;
    private ServedRegistry registry;
    private Layout layout;
    private byte[] config;

    @BeforeEach
    void start() throws IOException {
        store = new StoreOnDisk(directory.resolve("root"), RegistryOptions.DEFAULT);
        registry = new ServedRegistry();
        layout = new Layout(directory.resolve("layout"), List.of(List.of("a=1"), List.of("b=2")));
        var files = new LocalContentStore(layout.path);
        config = files.readAll(layout.id, 1 << 20);
        registry.blob("app", layout.id, config);
        for (Descriptor layer : layout.layers) {
            registry.blob("app", layer.digest(), files.readAll(layer.digest(), 1 << 20));
        }
    }

    @AfterEach
    void stop() throws IOException {
        registry.close();
        store.close();
    }

    @Test
    void idsAreNotMadeOfOtherHashes() {
        Digest longer = ForeignArchiveTest.sha512(config);
        registry.blob("app", longer, config);
        serve("v1", Descriptor.of(MediaTypes.OCI_CONFIG, longer, config.length), layout.layers);
        assertThatThrownBy(() -> pull(":v1"))
                .hasMessage("image configuration " + longer + " is not named by sha256");
        assertThat(store.images.list()).isEmpty();
    }

    @Test
    void documentsAreKeptUnderTheDigestThatTheyWereAskedBy() throws Exception {
        byte[] manifest = serve("v1", layout.config, layout.layers);
        Digest inner = ForeignArchiveTest.sha512(manifest);
        registry.manifest("app", inner.toString(), MediaTypes.OCI_MANIFEST, manifest);
        var entry =
                new Descriptor(
                        MediaTypes.OCI_MANIFEST,
                        inner,
                        manifest.length,
                        Platform.parse("linux/amd64"),
                        java.util.Map.of(),
                        List.of());
        byte[] index =
                Json.writeBytes(
                        new JsonObject()
                                .with("schemaVersion", 2)
                                .with("mediaType", MediaTypes.OCI_INDEX)
                                .with("manifests", List.of(entry.toJson())));
        Digest outer = ForeignArchiveTest.sha512(index);
        registry.manifest("app", outer.toString(), MediaTypes.OCI_INDEX, index);

        Image image = pull("@" + outer);

        assertThat(image.id()).isEqualTo(layout.id);
        assertThat(image.manifest().digest()).isEqualTo(inner);
        assertThat(store.content.readAll(outer, 1 << 20)).isEqualTo(index);
        assertThat(store.content.readAll(inner, 1 << 20)).isEqualTo(manifest);
        store.images.collect(true);
        assertThat(store.content.info(outer)).isPresent();
    }

    @Test
    void sizesThatAreNotThoseOfTheContentAreRefused() throws Exception {
        serve("v1", layout.config, layout.layers);
        pull(":v1");
        Descriptor layer = layout.layers.getFirst();
        Descriptor wrong = Descriptor.of(layer.mediaType(), layer.digest(), 5);
        serve("v2", layout.config, List.of(wrong, layout.layers.getLast()));
        assertThatThrownBy(() -> pull(":v2"))
                .hasMessage("content " + layer.digest() + " has " + layer.size() + " bytes, not 5");
    }

    @Test
    void moreLayersThanCanBeShownAreNotFetched() {
        serve("v1", layout.config, Collections.nCopies(501, layout.layers.getFirst()));
        assertThatThrownBy(() -> pull(":v1"))
                .hasMessage("max depth exceeded: 501 layers, limit 500");
    }

    @Test
    void configurationThatIsHereDamagedIsFetchedAgain() throws Exception {
        byte[] manifest = serve("v1", layout.config, layout.layers);
        Image image = pull(":v1");
        damage(image.id());
        damage(Digest.sha256(manifest));
        assertThat(pull(":v1")).isEqualTo(image);
        assertThat(store.content.readAll(image.id(), 1 << 20)).isEqualTo(config);
        assertThat(store.content.readAll(Digest.sha256(manifest), 1 << 20)).isEqualTo(manifest);
    }

    @Test
    void layerThatIsHereCutOffIsFetchedAgain() throws Exception {
        serve("v1", layout.config, layout.layers);
        Image image = pull(":v1");
        Descriptor layer = layout.layers.getFirst();
        Path blob = directory.resolve("root/content/blobs/sha256/" + layer.digest().hex());
        byte[] whole = Files.readAllBytes(blob);
        Files.write(blob, Arrays.copyOf(whole, whole.length / 2));
        assertThat(pull(":v1")).isEqualTo(image);
        assertThat(blob).hasBinaryContent(whole);
    }

    private void damage(Digest digest) throws IOException {
        Path blob = directory.resolve("root/content/blobs/sha256/" + digest.hex());
        byte[] damaged = Files.readAllBytes(blob);
        damaged[damaged.length / 2] ^= 1;
        Files.write(blob, damaged);
    }

    private byte[] serve(String tag, Descriptor config, List<Descriptor> layers) {
        byte[] manifest = Manifest.of(config, layers).bytes();
        registry.manifest("app", tag, MediaTypes.OCI_MANIFEST, manifest);
        registry.manifest(
                "app", Digest.sha256(manifest).toString(), MediaTypes.OCI_MANIFEST, manifest);
        return manifest;
    }

    private Image pull(String tagOrDigest) throws Exception {
        return store.images.pull(
                Reference.parse(registry.domain() + "/app" + tagOrDigest),
                Platform.parse("linux/amd64"),
                RegistryAuth.ANONYMOUS,
                ProgressListener.NONE);
    }
}
