package jong.manager.images;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import jong.manager.check.ContainerSnapshots;
import jong.manager.metadata.Bucket;
import jong.oci.Digest;
import jong.registry.RegistryOptions;
import jong.wire.json.JsonObject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Layers that were not on disk yet when the power failed. */
@Tag("root")
class LayerRecoveryTest {

    private static final String CONTAINER = "c".repeat(64);

    @TempDir Path directory;

    private StoreOnDisk store;
    private Image image;

    @BeforeEach
    void load() throws Exception {
        open();
        var layout =
                new Layout(
                        directory.resolve("layout"),
                        List.of(List.of("a=1", "b=2"), List.of("d/e=3"), List.of(".wh.a=", "f=4")));
        byte[] archive = Commands.run("tar", "-c", "-C", layout.path.toString(), ".");
        image =
                store.images
                        .load(
                                new java.io.ByteArrayInputStream(archive),
                                null,
                                ProgressListener.NONE)
                        .getFirst();
        store.snapshots.prepare(CONTAINER, image.snapshot());
    }

    private void open() throws IOException {
        store = new StoreOnDisk(directory.resolve("root"), RegistryOptions.DEFAULT);
    }

    @AfterEach
    void close() throws IOException {
        store.close();
    }

    @Test
    void layersOfAnEarlierLifeOfTheMachineAreUnpackedAgain() throws Exception {
        for (Digest chainId : image.config().chainIds()) {
            notes().put(chainId.toString(), new JsonObject().with("boot", "another"));
        }
        losePower();
        assertThat(damage()).isEmpty();
        assertThat(store.snapshots.stat(CONTAINER).orElseThrow().parent())
                .isEqualTo(image.snapshot());
        assertThat(notes().entries().values())
                .extracting(note -> note.string("boot"))
                .doesNotContain("another");
    }

    @Test
    void layersThatWereSyncedAreNot() throws Exception {
        layers().unsynced().sync();
        assertThat(notes().entries()).isEmpty();
        losePower();
        assertThat(damage()).isNotEmpty();
    }

    @Test
    void layerThatCannotBeUnpackedAgainStaysNoted() throws Exception {
        String bottom = image.config().chainIds().getFirst().toString();
        notes().put(bottom, new JsonObject().with("boot", "another"));
        Digest blob = store.images.inventory().layers().get(Digest.parse(bottom)).blob().digest();
        store.content.delete(blob);
        losePower();
        assertThat(notes().get(bottom)).contains(new JsonObject().with("boot", "another"));
        layers().unsynced().sync();
        assertThat(notes().entries()).containsOnlyKeys(bottom);
    }

    @Test
    void whatIsAddedIsNotedInTheSameStepAndForgottenWithTheLayer() throws Exception {
        Layers layers = layers();
        Digest chainId = image.config().chainIds().getFirst();
        LayerRecord record = layers.record(chainId).orElseThrow();
        layers.unsynced().sync();
        layers.put(chainId, record, () -> assertThat(layers.unsynced().isWaiting()).isFalse());
        assertThat(layers.unsynced().suspects()).isEmpty();
        notes().put(chainId.toString(), new JsonObject().with("boot", "another"));
        assertThat(layers.unsynced().suspects()).hasSize(1);
        layers.forget(chainId);
        assertThat(layers.unsynced().suspects()).isEmpty();
        layers.put(chainId, record, () -> {});
    }

    private Layers layers() {
        return new Layers(
                store.content,
                store.snapshots,
                store.metadata,
                jong.manager.unpack.UnpackLimits.NONE);
    }

    private Bucket notes() {
        return store.metadata.bucket("unsynced-layers");
    }

    /** Empties all files of snapshots, as ext4 does with what it has not allocated yet. */
    private void losePower() throws IOException {
        store.close();
        try (Stream<Path> files = Files.walk(directory.resolve("root/snapshots"))) {
            for (Path file : files.toList()) {
                if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                    FileChannel.open(file, StandardOpenOption.WRITE).truncate(0).close();
                }
            }
        }
        open();
    }

    private List<?> damage() throws Exception {
        return store.check(new OneContainer(), Instant.EPOCH).run(true, false).findings();
    }

    private static final class OneContainer implements ContainerSnapshots {
        @Override
        public Set<String> existing() {
            return Set.of(CONTAINER);
        }

        @Override
        public Set<String> owners() {
            return existing();
        }

        @Override
        public Set<String> running() {
            return Set.of();
        }
    }
}
