package jong.manager.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import jong.manager.unpack.UnpackLimits;
import jong.oci.Digest;
import jong.oci.Platform;
import jong.oci.reference.Reference;
import jong.registry.RegistryAuth;
import jong.registry.RegistryOptions;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pulls from a registry whose disk has rotted: it sends other bytes than it promises. */
@Tag("root")
class DamagedPullTest {

    private static final long MAX_RATIO = 20;

    @TempDir Path directory;

    private StoreOnDisk store;
    private DockerRegistry registry;
    private Layout layout;
    private Path peer;

    @BeforeEach
    void start() throws Exception {
        store =
                new StoreOnDisk(
                        directory.resolve("root"),
                        RegistryOptions.DEFAULT.withAttempts(2, 2, Duration.ofMillis(1)),
                        new UnpackLimits(Long.MAX_VALUE, MAX_RATIO));
        peer = Files.createDirectory(directory.resolve("peer"));
        registry = DockerRegistry.start(peer, "");
        layout = Layout.fiveLayers(directory.resolve("layout"));
        registry.push(layout.path, "app:v1");
    }

    @AfterEach
    void stop() throws Exception {
        registry.close();
        store.close();
    }

    private Image pull(String name) throws Exception {
        return store.images.pull(
                Reference.parse(registry.domain() + "/" + name),
                Platform.parse("linux/amd64"),
                RegistryAuth.ANONYMOUS,
                ProgressListener.NONE);
    }

    private Path blob(Digest digest) {
        String hex = digest.hex();
        return peer.resolve("data/docker/registry/v2/blobs/sha256")
                .resolve(hex.substring(0, 2))
                .resolve(hex)
                .resolve("data");
    }

    /** Other bytes, as many as before. */
    private void flip(Digest digest) throws IOException {
        byte[] bytes = Files.readAllBytes(blob(digest));
        bytes[bytes.length / 2] ^= 1;
        Files.write(blob(digest), bytes);
    }

    private void truncate(Digest digest) throws IOException {
        byte[] bytes = Files.readAllBytes(blob(digest));
        Files.write(blob(digest), java.util.Arrays.copyOf(bytes, bytes.length / 2));
    }

    private void refuses(String message) throws IOException {
        refuses(() -> pull("app:v1"), message);
    }

    /** Refused with that text; and nothing of it is left. */
    private void refuses(ThrowingCallable pull, String message) throws IOException {
        assertThatThrownBy(pull).hasMessageContaining(message);
        assertThat(store.images.list()).isEmpty();
        store.images.collect(true); // What was right of it a later pull could go on with.
        assertThat(store.snapshots.walk()).isEmpty();
        assertThat(store.content.list()).isEmpty();
        assertThat(store.content.ingests()).isEmpty();
        assertThat(store.leases.list()).isEmpty();
        assertThat(directory.resolve("root/snapshots")).isEmptyDirectory();
    }

    @Test
    void layerOfAnotherDigestIsRefused() throws Exception {
        Digest last = layout.layers.getLast().digest();
        byte[] right = Files.readAllBytes(blob(last));
        flip(last);
        refuses("filesystem layer verification failed for digest " + last);
        Files.write(blob(last), right);
        assertThat(pull("app:v1").id()).isEqualTo(layout.id);
    }

    @Test
    void largeLayerOfAnotherDigestIsRefused() throws Exception {
        Digest large = layout.layers.get(1).digest();
        flip(large);
        refuses("filesystem layer verification failed for digest " + large);
    }

    @Test
    void configurationOfAnotherDigestIsRefused() throws Exception {
        flip(layout.id);
        refuses("image config verification failed for digest " + layout.id);
    }

    @Test
    void manifestOfAnotherDigestIsRefused() throws Exception {
        flip(layout.manifest.digest());
        refuses(layout.manifest.digest().toString());
    }

    @Test
    void truncatedLayerIsRefused() throws Exception {
        Digest large = layout.layers.get(1).digest();
        long whole = Files.size(blob(large));
        truncate(large);
        refuses(
                "blob %s: registry refuses to go on after %d of %d bytes: status 416"
                        .formatted(large, whole / 2, whole));
    }

    @Test
    void bombIsRefused() throws Exception {
        var zeros = "0".repeat(100 << 20);
        var bomb =
                new Layout(
                        directory.resolve("bomb"), List.of(List.of("a=1"), List.of("z=" + zeros)));
        registry.push(bomb.path, "bomb:v1");
        refuses(
                () -> pull("bomb:v1"),
                "archive unpacks to more than "
                        + MAX_RATIO
                        + " times its size, which is the limit");
    }
}
