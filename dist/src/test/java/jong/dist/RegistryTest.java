package jong.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code jong registry serve} with other people's clients. */
@Tag("root")
class RegistryTest {

    @TempDir Path directory;
    private Process process;
    private String address;

    @BeforeEach
    void start() throws IOException {
        int port = LocalRegistry.freePort();
        address = "127.0.0.1:" + port;
        process =
                new ProcessBuilder(
                                Product.launcher("jong").toString(),
                                "registry",
                                "serve",
                                "--root=" + directory.resolve("root"),
                                "--listen=" + address,
                                "--delete")
                        .redirectErrorStream(true)
                        .redirectOutput(directory.resolve("log").toFile())
                        .start();
        curl(
                        "--retry",
                        "50",
                        "--retry-delay",
                        "0",
                        "--retry-max-time",
                        "30",
                        "--retry-connrefused",
                        "http://" + address + "/v2/")
                .succeeded();
    }

    @AfterEach
    void stop() throws InterruptedException {
        process.destroy();
        assertThat(process.waitFor()).isIn(0, 143);
    }

    private static Result curl(String... arguments) {
        var words = new ArrayList<>(List.of("curl", "-sS"));
        words.addAll(List.of(arguments));
        return Command.of(words.toArray(String[]::new)).run();
    }

    private Result copy(String from, String to) {
        return Command.of(
                        "skopeo",
                        "copy",
                        "--insecure-policy",
                        "--src-tls-verify=false",
                        "--dest-tls-verify=false",
                        from,
                        to)
                .run();
    }

    @Test
    void skopeoPushesAndPullsAnImage() throws IOException {
        String archive = "docker-archive:" + Fixtures.busybox();
        String there = "docker://" + address + "/some/busybox:1";
        copy(archive, there).succeeded();
        String back = "oci:" + directory.resolve("back") + ":1";
        copy(there, back).succeeded();
        assertThat(directory.resolve("back/index.json")).exists();
        copy(there, "docker://" + address + "/other/busybox:2").succeeded();
        var catalog = curl("http://" + address + "/v2/_catalog");
        assertThat(catalog.out())
                .isEqualTo("{\"repositories\":[\"other/busybox\",\"some/busybox\"]}");
        Command.of("skopeo", "delete", "--tls-verify=false", there).run().succeeded();
        assertThat(curl("http://" + address + "/v2/some/busybox/tags/list").out())
                .isEqualTo("{\"name\":\"some/busybox\",\"tags\":[]}");
        var collected =
                Command.of(
                                Product.launcher("jong").toString(),
                                "registry",
                                "garbage-collect",
                                "--root=" + directory.resolve("root"))
                        .run();
        collected.succeeded();
        assertThat(collected.out()).startsWith("{\"manifests\":0,");
    }

    /** Four mebibytes that become a tree of a quarter of a gibibyte, many times at once. */
    @Test
    void hostileManifestsDoNotExhaustTheServer() throws IOException {
        var json = new StringBuilder("{\"schemaVersion\":2,\"config\":{\"digest\":\"sha256:");
        json.append("a".repeat(64)).append("\"},\"x\":[");
        while (json.length() < (4 << 20) - 20) {
            json.append("{\"a\":1},");
        }
        var file = Files.writeString(directory.resolve("hostile"), json + "0]}");
        var pushes = new ArrayList<Session>();
        for (int i = 0; i < 20; i++) {
            pushes.add(
                    Command.of(
                                    "curl",
                                    "-sS",
                                    "-X",
                                    "PUT",
                                    "--data-binary",
                                    "@" + file,
                                    "-H",
                                    "Content-Type: application/vnd.oci.image.manifest.v1+json",
                                    "http://" + address + "/v2/a/manifests/t")
                            .start());
        }
        for (var push : pushes) {
            assertThat(push.status()).isZero();
            push.close();
        }
        curl("--fail", "http://" + address + "/v2/").succeeded();
        assertThat(process.isAlive()).isTrue();
    }

    @Test
    void whatWasAcknowledgedSurvivesAKill() throws Exception {
        var file = Files.write(directory.resolve("layer"), new byte[300_000]);
        String digest =
                "sha256:" + Command.of("sha256sum", file.toString()).run().out().substring(0, 64);
        curl(
                        "--fail",
                        "-X",
                        "POST",
                        "--data-binary",
                        "@" + file,
                        "http://" + address + "/v2/a/blobs/uploads/?digest=" + digest)
                .succeeded();
        process.destroyForcibly();
        process.waitFor();
        start();
        var copy = directory.resolve("copy");
        curl("--fail", "-o", copy.toString(), "http://" + address + "/v2/a/blobs/" + digest)
                .succeeded();
        assertThat(Files.mismatch(file, copy)).isEqualTo(-1);
    }
}
