package jong.manager.snapshots;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import jong.linux.mounts.MountFlag;
import jong.linux.mounts.MountTable;
import jong.linux.mounts.Mounts;
import jong.manager.metadata.MetadataStore;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Texts are those of dockerd 26.1.5 where it has one. */
@Tag("root")
class StorageChoiceTest {

    @TempDir Path directory;

    private MetadataStore metadata;
    private Path root;

    @BeforeEach
    void begin() throws IOException {
        metadata = MetadataStore.open(directory.resolve("metadata.db"));
        root = Files.createDirectory(directory.resolve("root"));
    }

    @AfterEach
    void end() throws IOException {
        metadata.close();
        assertThat(MountTable.read().under(directory)).isEmpty();
    }

    private StorageChoice open(String name) throws IOException {
        return open(name, List.of());
    }

    private StorageChoice open(String name, List<String> options) throws IOException {
        return StorageChoice.open(name, options, root, metadata);
    }

    @Test
    void bestThatWorksIsChosenAndTriesLeaveNothing() throws IOException {
        assertThat(open("").driver()).isEqualTo(StorageDriver.values()[0]);
        assertThat(root).isDirectoryNotContaining("glob:**/driver-*");
    }

    @Test
    void overlayfsDoesNotWorkUponItselfSoFilesAreCopied() throws IOException {
        try (var _ = new OnOverlay()) {
            assertThat(open("").driver()).isEqualTo(StorageDriver.COPY);
            assertThatThrownBy(() -> open("overlay2"))
                    .isInstanceOf(StatusException.InvalidArgument.class)
                    .hasMessageStartingWith(
                            "error initializing graphdriver: driver not supported: overlay2: ");
        }
    }

    @Test
    void filesInMemoryCannotBeMountedSoLayersAreUnpacked() throws IOException {
        Mounts.mount("tmpfs", root, "tmpfs", Set.<MountFlag>of(), "");
        try {
            var choice = open("");
            assertThat(choice.driver()).isEqualTo(StorageDriver.OVERLAY);
            assertThat(choice.status())
                    .containsEntry("Backing Filesystem", "tmpfs")
                    .containsEntry(
                            "Why not erofs",
                            "this kernel does not mount EROFS from files on tmpfs (Linux 6.12"
                                    + " does, on most file systems)");
            assertThat(root).isDirectoryNotContaining("glob:**/driver-*");
        } finally {
            Mounts.detach(root);
        }
    }

    @Test
    void driverThatIsAskedForIsTaken() throws IOException {
        for (StorageDriver driver : StorageDriver.values()) {
            var choice = open(driver.dockerName());
            assertThat(choice.driver()).isEqualTo(driver);
            assertThat(choice.status()).isEqualTo(choice.snapshotter().status());
        }
    }

    @Test
    void unknownDriversAreRefused() {
        assertThatThrownBy(() -> open("foo"))
                .isInstanceOf(StatusException.InvalidArgument.class)
                .hasMessage("error initializing graphdriver: driver not supported: foo");
        assertThatThrownBy(() -> open("overlay"))
                .hasMessage(
                        "error initializing graphdriver: [graphdriver] ERROR: the overlay"
                                + " storage-driver has been deprecated and removed; visit"
                                + " https://docs.docker.com/go/storage-driver/ for more"
                                + " information: overlay");
    }

    @Test
    void layersAreCompressedUnlessToldOtherwise() throws IOException {
        assertThat(open("erofs").status()).containsEntry("Layer Compression", "lz4");
        assertThat(open("erofs", List.of("erofs.compression=none")).status())
                .containsEntry("Layer Compression", "none");
        assertThat(
                        open("erofs", List.of("erofs.compression=none", "EROFS.compression = lz4"))
                                .status())
                .containsEntry("Layer Compression", "lz4");
        assertThat(root).isDirectoryNotContaining("glob:**/driver-*");
    }

    @ParameterizedTest
    @CsvSource({
        "erofs,    erofs.compression,      unable to parse key/value option: erofs.compression",
        "erofs,    erofs.compression=zstd, 'erofs: invalid value for erofs.compression: \"zstd\"'",
        "erofs,    overlay2.size=1G,       erofs: unknown option overlay2.size",
        "overlay2, erofs.compression=lz4,  overlay2: unknown option erofs.compression",
        "vfs,      erofs.compression=lz4,  vfs: unknown option erofs.compression"
    })
    void unknownOptionsAreRefused(String driver, String option, String reason) {
        assertThatThrownBy(() -> open(driver, List.of(option)))
                .isInstanceOf(StatusException.InvalidArgument.class)
                .hasMessage("error initializing graphdriver: " + reason);
    }

    @Test
    void driverThatMadeTheSnapshotsStays() throws IOException {
        open("vfs").snapshotter().prepare("k", "");
        var choice = open("");
        assertThat(choice.driver()).isEqualTo(StorageDriver.COPY);
        String why = "the data root has images or containers of vfs";
        assertThat(choice.status())
                .isEqualTo(Map.of("Why not erofs", why, "Why not overlay2", why));
        assertThatThrownBy(() -> open("overlay2"))
                .isInstanceOf(StatusException.InvalidArgument.class)
                .hasMessageContaining("has images or containers of storage driver vfs");
        open("").snapshotter().remove("k");
        assertThat(open("overlay2").driver()).isEqualTo(StorageDriver.OVERLAY);
    }

    @Test
    void snapshotsOfBeforeItWasNotedAreOverlayfss() throws IOException {
        open("overlay2").snapshotter().prepare("k", "");
        metadata.bucket("storage").remove("driver");
        assertThat(open("").driver()).isEqualTo(StorageDriver.OVERLAY);
    }

    @Test
    void driverOfTheSnapshotsThatDoesNotWorkAnyMoreIsAnError() throws IOException {
        open("overlay2").snapshotter().prepare("k", "");
        try (var _ = new OnOverlay()) {
            assertThatThrownBy(() -> open(""))
                    .hasMessageStartingWith(
                            "error initializing graphdriver: [graphdriver] prior storage driver"
                                    + " overlay2 failed: ");
        }
        metadata.bucket("storage").put("driver", new JsonObject().with("name", "later"));
        assertThatThrownBy(() -> open(""))
                .hasMessage(
                        "error initializing graphdriver: [graphdriver] prior storage driver later"
                                + " failed: driver not supported: later");
    }

    @Test
    void statusIsInDockersWords() throws IOException {
        assertThat(open("overlay2").status())
                .containsEntry("Supports d_type", "true")
                .containsEntry("Using metacopy", "false")
                .containsEntry("Native Overlay Diff", "true")
                .containsEntry("userxattr", "false")
                .containsKey("Backing Filesystem");
        assertThat(open("vfs").status()).isEmpty();
    }

    /** Puts an overlay in the place of the root: no upper directory can lie on it. */
    private final class OnOverlay implements AutoCloseable {

        OnOverlay() throws IOException {
            Path memory = Files.createDirectories(directory.resolve("memory"));
            Mounts.mount("tmpfs", memory, "tmpfs", Set.<MountFlag>of(), "");
            for (String name : new String[] {"lower", "upper", "work"}) {
                Files.createDirectory(memory.resolve(name));
            }
            String options =
                    "lowerdir=%1$s/lower,upperdir=%1$s/upper,workdir=%1$s/work".formatted(memory);
            Mounts.mount("overlay", root, "overlay", Set.<MountFlag>of(), options);
        }

        @Override
        public void close() throws IOException {
            Mounts.detach(root);
            Mounts.detach(directory.resolve("memory"));
        }
    }
}
