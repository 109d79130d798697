package jong.runtime.attacks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import jong.oci.runtime.Spec;
import jong.runtime.Container;
import jong.runtime.ContainerRuntime;
import jong.runtime.ContainerSetup;
import jong.runtime.box.Box;
import jong.runtime.box.Outcome;
import jong.runtime.plan.Rootfs;
import jong.wire.json.JsonObject;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** CVE-2020-15257: a monitor's socket that containers in the host's network could reach. */
@Tag("root")
final class MonitorAttackTest {

    private static final String ID = "attack-" + ProcessHandle.current().pid();

    @TempDir private Path temporary;

    @Test
    void aMonitorIsReachedByItsOwnUserOnly() throws IOException {
        var box = new Box(temporary);
        Path run = box.beside("run");
        try (var runtime = new ContainerRuntime(Box.PROGRAM, run)) {
            Container container = runtime.create(setup(box, hostNetwork("sleep 60")));
            try {
                container.awaitReady();
                container.start();
                assertThat(
                                PosixFilePermissions.toString(
                                        Files.getPosixFilePermissions(run.resolve(ID))))
                        .isEqualTo("rwx------");
                checkSockets(run.resolve(ID));
            } finally {
                container.destroy();
            }
        }
    }

    private static void checkSockets(Path directory) throws IOException {
        List<Path> sockets;
        try (Stream<Path> files = Files.list(directory)) {
            sockets = files.filter(MonitorAttackTest::isSocket).toList();
        }
        assertThat(sockets).isNotEmpty();
        for (Path socket : sockets) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
                    .isEqualTo("rw-------");
            Outcome stranger =
                    Box.run(
                            List.of(
                                    "setpriv",
                                    "--reuid=54321",
                                    "--clear-groups",
                                    "busybox",
                                    "nc",
                                    "local:" + socket));
            assertThat(stranger.status()).isNotZero();
        }
        assertThat(Files.readAllLines(Path.of("/proc/net/unix")))
                .noneMatch(line -> line.contains("@") && line.contains(ID));
    }

    private static boolean isSocket(Path path) {
        try {
            return ((int) Files.getAttribute(path, "unix:mode") & 0_170_000) == 0_140_000;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static JsonObject hostNetwork(String script) {
        JsonObject config = Box.config(script);
        JsonObject linux = config.object("linux").with("cgroupsPath", "/jong-runtime-test/" + ID);
        linux.with(
                "namespaces",
                linux.objects("namespaces").stream()
                        .filter(n -> !n.string("type").equals("network"))
                        .toList());
        return config.with(
                "mounts",
                config.objects("mounts").stream()
                        .filter(m -> !m.string("type").equals("sysfs"))
                        .toList());
    }

    private static ContainerSetup setup(Box box, JsonObject config) {
        return new ContainerSetup(
                ID,
                new Spec(config),
                box.rootfs(),
                new Rootfs.Directory(box.rootfs()),
                List.of(),
                false,
                Optional.empty());
    }
}
