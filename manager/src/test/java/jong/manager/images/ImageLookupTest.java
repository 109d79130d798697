package jong.manager.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import jong.oci.Platform;
import jong.oci.reference.Reference;
import jong.registry.RegistryOptions;
import jong.wire.status.StatusException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which image a name, an ID, a part of one or a digest means. */
@Tag("root")
class ImageLookupTest {

    private static final Path BUSYBOX = Path.of("/bin/busybox");

    @TempDir Path directory;

    private StoreOnDisk store;
    private ClassicImages images;

    @BeforeEach
    void open() throws IOException {
        store = new StoreOnDisk(directory.resolve("root"), RegistryOptions.DEFAULT);
        images = store.images;
    }

    @AfterEach
    void close() throws IOException {
        store.close();
    }

    @Test
    void imagesAreFoundAsDockerFindsThem() throws Exception {
        Image image = images.ensureBuiltIn(Reference.parse("hello-world"), BUSYBOX);
        String hex = image.id().hex();
        for (String name :
                List.of(
                        hex,
                        "sha256:" + hex,
                        hex.substring(0, 12),
                        hex.substring(0, 3),
                        "sha256:" + hex.substring(0, 7),
                        "hello-world",
                        "hello-world:latest",
                        "docker.io/library/hello-world",
                        "library/hello-world")) {
            assertThat(images.get(name).id()).as(name).isEqualTo(image.id());
        }
        assertThatThrownBy(() -> images.get("nosuch"))
                .isInstanceOf(StatusException.NotFound.class)
                .hasMessage("No such image: nosuch:latest");
        assertThatThrownBy(() -> images.get("hello-world:x"))
                .hasMessage("No such image: hello-world:x");
        assertThatThrownBy(() -> images.get("sha256:" + "0".repeat(64)))
                .hasMessage("No such image: sha256:" + "0".repeat(64));
        assertThatThrownBy(() -> images.get("No/Such"))
                .isInstanceOf(StatusException.InvalidArgument.class);
    }

    @Test
    void imagesAreFoundByIdForAPlatform() throws Exception {
        Image image = images.ensureBuiltIn(Reference.parse("hello-world"), BUSYBOX);
        assertThat(images.get(image.id().hex(), Platform.host())).isEqualTo(image);
        assertThatThrownBy(() -> images.get(image.id().hex(), Platform.parse("plan9/mips")))
                .isInstanceOf(StatusException.NotFound.class)
                .hasMessageStartingWith("image with reference " + image.id().hex() + " was found");
    }

    @Test
    void digestStandsForOneImageAndNoNames() throws Exception {
        Image image = images.ensureBuiltIn(Reference.parse("app:v1"), BUSYBOX);
        Image other = images.ensureBuiltIn(Reference.parse("app:v2"), Path.of("/bin/true"));
        Reference pin = Reference.parse("app@sha256:" + "a".repeat(64));
        new ImageStore(store.metadata).point(pin, image.id());
        for (String name : List.of(pin.familiarString(), "app:v2@" + pin.digest())) {
            assertThat(new ArchiveItems(images).of(name))
                    .singleElement()
                    .satisfies(item -> {
                        assertThat(item.image().id()).isEqualTo(image.id());
                        assertThat(item.names()).isEmpty();
                    });
        }
        assertThat(new ArchiveItems(images).of("app")).hasSize(2);
        assertThat(other.id()).isNotEqualTo(image.id());
    }

    @Test
    void tagsAreChecked() throws Exception {
        images.ensureBuiltIn(Reference.parse("a"), BUSYBOX);
        assertThatThrownBy(() -> images.tag("a", Reference.parse("x@sha256:" + "a".repeat(64))))
                .hasMessage("refusing to create a tag with a digest reference");
        assertThatThrownBy(() -> images.tag("nosuch", Reference.parse("x")))
                .hasMessage("No such image: nosuch:latest");
        images.tag("a", Reference.parse("x"));
        assertThat(images.get("x").tags())
                .extracting(Reference::familiarString)
                .containsExactly("a:latest", "x:latest");
    }
}
