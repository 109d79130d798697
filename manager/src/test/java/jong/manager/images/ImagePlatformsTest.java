package jong.manager.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import jong.oci.Descriptor;
import jong.oci.Digest;
import jong.oci.MediaTypes;
import jong.oci.Platform;
import jong.oci.reference.Reference;
import jong.registry.Purpose;
import jong.registry.RegistryAuth;
import jong.registry.RegistryOptions;
import jong.wire.json.Json;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One name, an index with two platforms behind it, and a third that nobody has. */
@Tag("root")
class ImagePlatformsTest {

    private static final Platform AMD64 = Platform.parse("linux/amd64");
    private static final Platform ARM64 = Platform.parse("linux/arm64");
    private static final Platform RISCV = Platform.parse("linux/riscv64");

    @TempDir Path directory;

    private StoreOnDisk store;
    private ClassicImages images;
    private DockerRegistry registry;
    private Layout amd64;
    private Layout arm64;
    private Reference name;

    @BeforeEach
    void publish() throws Exception {
        store = new StoreOnDisk(directory.resolve("root"), RegistryOptions.DEFAULT);
        images = store.images;
        registry = DockerRegistry.start(Files.createDirectory(directory.resolve("peer")), "");
        amd64 = new Layout(directory.resolve("amd64"), "amd64", List.of(List.of("here=amd64")));
        arm64 = new Layout(directory.resolve("arm64"), "arm64", List.of(List.of("here=arm64")));
        registry.push(amd64.path, "app:amd64");
        registry.push(arm64.path, "app:arm64");
        name = publish("v1", entry(amd64, AMD64), entry(arm64, ARM64));
    }

    /** Pushes an index under a tag. */
    private Reference publish(String tag, JsonObject... entries) throws Exception {
        var index =
                new JsonObject()
                        .with("schemaVersion", 2)
                        .with("mediaType", MediaTypes.OCI_INDEX)
                        .with("manifests", List.of(entries));
        Reference named = Reference.parse(registry.domain() + "/app:" + tag);
        store.registry
                .repository(named, RegistryAuth.ANONYMOUS, Purpose.PUSH)
                .pushManifest(tag, MediaTypes.OCI_INDEX, Json.writeBytes(index));
        return named;
    }

    private void restart() throws Exception {
        store.close();
        store = new StoreOnDisk(directory.resolve("root"), RegistryOptions.DEFAULT);
        images = store.images;
    }

    private static JsonObject entry(Layout layout, Platform platform) {
        return layout.manifest.toJson().with("platform", platform.toJson());
    }

    @AfterEach
    void stop() throws Exception {
        registry.close();
        store.close();
    }

    private Image pull(Platform platform) throws Exception {
        return pull(name, platform);
    }

    private Image pull(Reference reference, Platform platform) throws Exception {
        return images.pull(reference, platform, RegistryAuth.ANONYMOUS, ProgressListener.NONE);
    }

    @Test
    void nameMeansThePlatformThatWasPulledLastAndFindsTheOther() throws Exception {
        assertThat(pull(ARM64).id()).isEqualTo(arm64.id);
        assertThat(pull(AMD64).id()).isEqualTo(amd64.id);
        String text = name.toString();
        assertThat(images.get(text).id()).isEqualTo(amd64.id);
        assertThat(images.get(text, AMD64).id()).isEqualTo(amd64.id);
        assertThat(images.get(text, ARM64).id()).isEqualTo(arm64.id);
        assertThat(images.get(text, ARM64).tags()).isEmpty();
        assertThat(images.get(text, ARM64).digests())
                .containsExactly(name.withDigest(arm64.manifest.digest()));
        assertThatThrownBy(() -> images.get(text, RISCV))
                .isInstanceOf(StatusException.NotFound.class)
                .hasMessage(
                        "image with reference "
                                + text
                                + " was found but does not provide the specified platform"
                                + " (linux/riscv64)");

        images.remove(text, false, true, ImageUses.NONE);
        assertThat(images.list()).extracting(Image::id).containsExactly(arm64.id);
        images.remove(arm64.id.toString(), false, true, ImageUses.NONE);
        assertThat(store.content.list()).isEmpty();
    }

    @Test
    void manifestsTellWhatIsHereAndWhatIsNot() throws Exception {
        Image image = pull(AMD64);
        List<PlatformManifest> only = images.manifests(image);
        assertThat(only).extracting(PlatformManifest::platform).containsExactly(AMD64, ARM64);
        assertThat(only.getFirst().image().orElseThrow().id()).isEqualTo(amd64.id);
        assertThat(only.getFirst().content())
                .isEqualTo(
                        amd64.manifest.size()
                                + amd64.layers.getFirst().size()
                                + store.content.info(amd64.id).orElseThrow().size());
        assertThat(only.getLast().image()).isEmpty();
        assertThat(only.getLast().content()).isZero();

        pull(ARM64);
        assertThat(images.manifests(image)).allMatch(each -> each.image().isPresent());
    }

    @Test
    void imageWithoutIndexHasOneManifest() throws Exception {
        Image image =
                images.pull(
                        Reference.parse(registry.domain() + "/app:arm64"),
                        ARM64,
                        RegistryAuth.ANONYMOUS,
                        ProgressListener.NONE);
        assertThat(images.manifests(image))
                .singleElement()
                .satisfies(manifest -> {
                    assertThat(manifest.descriptor()).isEqualTo(arm64.manifest);
                    assertThat(manifest.platform()).isEqualTo(ARM64);
                });
    }

    @Test
    void platformIsSavedUnderTheNameAndLoaded() throws Exception {
        pull(ARM64);
        pull(AMD64);
        var archive = new ByteArrayOutputStream();
        images.save(List.of(name.toString()), ARM64, archive);
        assertThatThrownBy(() ->
                        images.save(List.of(name.toString()), RISCV, new ByteArrayOutputStream()))
                .hasMessage("no suitable export target found for platform linux/riscv64");

        var loaded = new ByteArrayInputStream(archive.toByteArray());
        assertThat(images.load(loaded, ARM64, ProgressListener.NONE))
                .singleElement()
                .satisfies(image -> {
                    assertThat(image.id()).isEqualTo(arm64.id);
                    assertThat(image.tags()).containsExactly(name);
                });
        assertThatThrownBy(() ->
                        images.load(
                                new ByteArrayInputStream(archive.toByteArray()),
                                AMD64,
                                ProgressListener.NONE))
                .isInstanceOf(StatusException.NotFound.class)
                .hasMessage("no image for linux/amd64 in archive");
    }

    @Test
    void platformIsPushedUnderTheName() throws Exception {
        pull(ARM64);
        pull(AMD64);
        images.push(name, ARM64, RegistryAuth.ANONYMOUS, ProgressListener.NONE);
        var pushed = store.registry.repository(name, RegistryAuth.ANONYMOUS).manifest("v1");
        assertThat(pushed.descriptor().digest()).isEqualTo(arm64.manifest.digest());
    }

    @Test
    void secondNameAndIdFindThePlatformsToo() throws Exception {
        Reference second = Reference.parse(registry.domain() + "/other:v2");
        pull(ARM64);
        images.tag(pull(AMD64).id().toString(), second);
        pull(ARM64); // The first name goes on to another platform.
        restart();
        for (String known : List.of(second.toString(), amd64.id.toString(), amd64.id.shortHex())) {
            assertThat(images.get(known).id()).isEqualTo(amd64.id);
            assertThat(images.get(known, ARM64).id()).isEqualTo(arm64.id);
            assertThat(images.manifests(images.get(known)))
                    .allMatch(each -> each.image().isPresent());
            var archive = new ByteArrayOutputStream();
            images.save(List.of(known), ARM64, archive);
            var saved = new ByteArrayInputStream(archive.toByteArray());
            assertThat(images.load(saved, ARM64, ProgressListener.NONE))
                    .extracting(Image::id)
                    .containsExactly(arm64.id);
        }
    }

    @Test
    void secondNameIsPushedForAPlatform() throws Exception {
        Reference second = Reference.parse(registry.domain() + "/other:v2");
        pull(ARM64);
        images.tag(pull(AMD64).id().toString(), second);
        images.push(second, ARM64, RegistryAuth.ANONYMOUS, ProgressListener.NONE);
        var pushed = store.registry.repository(second, RegistryAuth.ANONYMOUS).manifest("v2");
        assertThat(pushed.descriptor().digest()).isEqualTo(arm64.manifest.digest());
        assertThat(images.manifests(images.get(second.toString())))
                .extracting(PlatformManifest::platform)
                .containsExactly(AMD64, ARM64);
    }

    @Test
    void imageThatWasLoadedBeforeItIsPulledHasItsPlatforms() throws Exception {
        pull(AMD64);
        var archive = new ByteArrayOutputStream();
        images.save(List.of(name.toString()), null, archive);
        images.remove(name.toString(), true, true, ImageUses.NONE);
        images.load(new ByteArrayInputStream(archive.toByteArray()), null, ProgressListener.NONE);
        assertThat(images.manifests(images.get(name.toString()))).hasSize(1);
        pull(AMD64);
        List<PlatformManifest> manifests = images.manifests(images.get(name.toString()));
        assertThat(manifests).extracting(PlatformManifest::platform).containsExactly(AMD64, ARM64);
        assertThat(manifests.getFirst().image()).isPresent();
        pull(ARM64);
        assertThat(images.get(name.toString(), AMD64).id()).isEqualTo(amd64.id);
    }

    @Test
    void imageOfTwoIndexesFindsThePlatformsOfBoth() throws Exception {
        pull(ARM64);
        pull(AMD64);
        Layout riscv = layout("riscv64", "r=1");
        Reference other = publish("other", entry(amd64, AMD64), entry(riscv, RISCV));
        pull(other, AMD64);
        pull(other, RISCV);
        restart();
        assertThat(images.get(name.toString(), ARM64).id()).isEqualTo(arm64.id);
        assertThat(images.get(name.toString(), RISCV).id()).isEqualTo(riscv.id);
        assertThat(images.get(other.toString(), AMD64).id()).isEqualTo(amd64.id);
    }

    @Test
    void platformOfTheLastIndexIsPreferred() throws Exception {
        Layout newer = layout("arm64", "here=newer");
        Reference other = publish("other", entry(amd64, AMD64), entry(newer, ARM64));
        pull(ARM64);
        pull(other, ARM64);
        pull(other, AMD64);
        assertThat(images.get(pull(AMD64).id().toString(), ARM64).id()).isEqualTo(arm64.id);
        assertThat(images.get(pull(other, AMD64).id().toString(), ARM64).id()).isEqualTo(newer.id);
    }

    @Test
    void indexGoesWithItsNameOrItsLastImage() throws Exception {
        Reference other = publish("other", entry(amd64, AMD64));
        pull(ARM64);
        pull(AMD64);
        pull(other, AMD64);
        Reference first = digestOf(name);
        Reference second = digestOf(other);
        assertThat(images.get(amd64.id.toString()).digests()).containsOnly(first, second);

        images.remove(first.toString(), false, true, ImageUses.NONE); // Arm64 still knows it.
        assertThat(images.get(arm64.id.toString(), AMD64).id()).isEqualTo(amd64.id);
        images.remove(arm64.id.toString(), false, true, ImageUses.NONE);
        images.collect(false);
        assertThat(store.content.info(digest(first))).isEmpty();
        assertThat(store.content.info(digest(second))).isPresent();
        images.remove(second.toString(), false, true, ImageUses.NONE);
        images.collect(false);
        assertThat(images.manifests(images.get(other.toString())))
                .as("the last index stays known")
                .extracting(PlatformManifest::descriptor)
                .containsExactly(Descriptor.fromJson(entry(amd64, AMD64)));
        images.remove(amd64.id.toString(), true, true, ImageUses.NONE);
        assertThat(store.content.list()).isEmpty();
    }

    private Reference digestOf(Reference tag) throws Exception {
        var found = store.registry.repository(tag, RegistryAuth.ANONYMOUS).resolve(tag.tag());
        return tag.withDigest(found.orElseThrow().digest());
    }

    private static Digest digest(Reference reference) {
        return Objects.requireNonNull(reference.digest());
    }

    private Layout layout(String architecture, String file) throws Exception {
        Path path = directory.resolve(architecture + file.hashCode());
        Layout made = new Layout(path, architecture, List.of(List.of(file)));
        registry.push(made.path, "app:" + architecture + file.hashCode());
        return made;
    }
}
