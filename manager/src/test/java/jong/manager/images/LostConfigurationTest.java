package jong.manager.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import jong.oci.Platform;
import jong.oci.reference.Reference;
import jong.registry.RegistryAuth;
import jong.registry.RegistryOptions;
import jong.wire.status.StatusException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An image whose configuration is lost is in nobody's way, and comes back by a pull. */
@Tag("root")
class LostConfigurationTest {

    @TempDir Path directory;

    private StoreOnDisk store;
    private ClassicImages images;
    private DockerRegistry registry;
    private Image lost;
    private Image sound;

    @BeforeEach
    void lose() throws Exception {
        store = new StoreOnDisk(directory.resolve("root"), RegistryOptions.DEFAULT);
        images = store.images;
        registry = DockerRegistry.start(Files.createDirectory(directory.resolve("peer")), "");
        var one = new Layout(directory.resolve("one"), List.of(List.of("a=1"), List.of("b=1")));
        var two = new Layout(directory.resolve("two"), List.of(List.of("a=1"), List.of("b=2")));
        registry.push(one.path, "lost:v1");
        registry.push(two.path, "sound:v1");
        lost = pull("lost:v1");
        sound = pull("sound:v1");
        assertThat(store.content.delete(lost.id())).isTrue();
    }

    private Image pull(String name) throws Exception {
        return images.pull(
                Reference.parse(registry.domain() + "/" + name),
                Platform.parse("linux/amd64"),
                RegistryAuth.ANONYMOUS,
                ProgressListener.NONE);
    }

    @AfterEach
    void stop() throws Exception {
        registry.close();
        store.close();
    }

    @Test
    void itIsListedAsFarAsItIsKnown() {
        assertThat(images.list()).extracting(Image::id).containsExactly(sound.id(), lost.id());
        Image shown = images.list().getLast();
        assertThat(shown.isDamaged()).isTrue();
        assertThat(shown.tags()).isEqualTo(lost.tags());
        assertThat(shown.size()).isZero();
        assertThat(images.list().getFirst().isDamaged()).isFalse();
    }

    @Test
    void whoeverUsesItHearsWhatIsWrong() {
        String name = lost.tags().getFirst().toString();
        String message = "image " + lost.id() + " is damaged: its configuration cannot be read";
        assertThatThrownBy(() -> images.get(name))
                .isInstanceOf(StatusException.Internal.class)
                .hasMessageStartingWith(message);
        assertThatThrownBy(() -> images.save(List.of(name), null, new ByteArrayOutputStream()))
                .hasMessageStartingWith(message);
        assertThat(images.get(sound.id().toString())).isEqualTo(sound);
    }

    @Test
    void itIsRemovedWithAllThatIsItsOwn() throws Exception {
        images.remove(lost.tags().getFirst().toString(), false, true, ImageUses.NONE);
        assertThat(images.list()).containsExactly(sound);
        assertThat(store.snapshots.walk()).hasSize(2);
        assertThat(store.content.list()).hasSize(4);
    }

    @Test
    void pullBringsItBack() throws Exception {
        assertThat(pull("lost:v1")).isEqualTo(images.get(lost.id().toString()));
        assertThat(images.get(lost.id().toString()).config()).isEqualTo(lost.config());
    }
}
