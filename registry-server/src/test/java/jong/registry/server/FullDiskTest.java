package jong.registry.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import jong.oci.Digest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A registry on a disk of 8 MB. */
@Tag("root")
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FullDiskTest {

    private static final int TOO_MUCH = 12 << 20;

    @TempDir Path disk;
    private TestRegistry registry;

    @BeforeEach
    void start() throws Exception {
        run("mount", "-t", "tmpfs", "-o", "size=8m", "jong-registry-test", disk.toString());
        registry = new TestRegistry(disk.resolve("root"));
    }

    @AfterEach
    void stop() throws Exception {
        registry.close();
        run("umount", disk.toString());
    }

    private static void run(String... command) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
    }

    private long room() throws IOException {
        return Files.getFileStore(disk).getUsableSpace();
    }

    private static byte[] noise(int size) {
        var noise = new byte[size];
        new Random(size).nextBytes(noise);
        return noise;
    }

    @Test
    void anUploadThatDoesNotFitIsRefusedAndGivesItsRoomBack() throws Exception {
        Digest image = registry.pushImage("a", "v1", "layer");
        byte[] large = noise(TOO_MUCH);
        String digest = Digest.sha256(large).toString();
        long before = room();

        var whole = registry.send("POST", "/v2/a/blobs/uploads/?digest=" + digest, large);
        assertThat(whole.statusCode()).isEqualTo(507);
        assertThat(TestRegistry.text(whole)).contains("the registry's disk is full");
        assertThat(TestRegistry.code(whole)).isEqualTo("UNKNOWN");
        assertThat(room()).isGreaterThan(before - (1 << 16));

        String upload = begin();
        assertThat(registry.send("PATCH", upload, noise(1 << 20)).statusCode()).isEqualTo(202);
        assertThat(registry.send("PATCH", upload, large).statusCode()).isEqualTo(507);
        assertThat(registry.get(upload).statusCode())
                .as("there is nothing to go on")
                .isEqualTo(404);
        assertThat(room()).isGreaterThan(before - (1 << 16));

        assertThat(registry.send("PUT", begin() + "?digest=" + digest, large).statusCode())
                .isEqualTo(507);
        assertThat(room()).isGreaterThan(before - (1 << 16));

        assertThat(registry.get("/v2/a/manifests/" + image).statusCode()).isEqualTo(200);
        registry.pushImage("a", "v2", "another layer");
    }

    private String begin() throws Exception {
        var begun = registry.send("POST", "/v2/a/blobs/uploads/", new byte[0]);
        return TestRegistry.header(begun, "Location");
    }

    @Test
    void aManifestThatDoesNotFitIsRefusedAndItsTagStays() throws Exception {
        Digest image = registry.pushImage("a", "v1", "layer");
        Digest config =
                registry.pushBlob("a", "{}".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        Path filler = disk.resolve("filler");
        fill(filler);

        var refused =
                registry.send(
                        "PUT",
                        "/v2/a/manifests/v1",
                        TestRegistry.manifest(config, 2, config, 2),
                        "Content-Type",
                        TestRegistry.MANIFEST);
        assertThat(refused.statusCode()).isEqualTo(507);

        Files.delete(filler);
        assertThat(TestRegistry.header(registry.get("/v2/a/manifests/v1"), "Docker-Content-Digest"))
                .isEqualTo(image.toString());
    }

    private static void fill(Path file) throws IOException {
        try (var out = Files.newOutputStream(file)) {
            while (true) {
                out.write(new byte[4096]);
            }
        } catch (IOException _) {
            // Full.
        }
    }
}
