package jong.runtime.attacks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import jong.runtime.box.Box;
import jong.runtime.box.Outcome;
import jong.wire.json.JsonObject;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** CVE-2025-52565 and its kin: what the terminal is taken from and bound on. */
@Tag("root")
final class TerminalAttackTest {

    @TempDir private Path temporary;
    private Box box;
    private Path victim;

    @BeforeEach
    void makeBox() throws IOException {
        box = new Box(temporary);
        victim = Files.writeString(box.beside("victim"), "of the host\n");
    }

    private Outcome run(JsonObject config) throws IOException {
        config.object("process").with("terminal", true);
        Path socket = box.beside("console.sock");
        try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket));
            List<String> command = new ArrayList<>(box.command(config));
            command.add("--console-socket");
            command.add(socket.toString());
            return Box.run(command);
        } finally {
            Files.deleteIfExists(socket);
        }
    }

    private static JsonObject withoutDev() {
        JsonObject config =
                Box.config(
                        "exec > /made; test -t 0 && grep -c ' /dev/console ' /proc/mounts;"
                                + " test -f /etc/passwd && echo ordinary");
        List<Object> mounts = new ArrayList<>(config.list("mounts"));
        mounts.removeIf(mount -> mount.toString().contains("/dev"));
        return config.with("mounts", mounts);
    }

    private static JsonObject withOnlyTerminals() {
        return Box.withMount(
                withoutDev(), "devpts", "devpts", "/dev/pts", "newinstance", "ptmxmode=0666");
    }

    /** It is bound on the link itself, which leads nowhere from then on. */
    @Test
    void theConsoleIsNotBoundWhereALinkOfTheImageLeads() throws IOException {
        Path console = box.rootfs().resolve("dev/console");
        for (Path target : List.of(victim, Path.of("/etc/passwd"), Path.of("../etc/passwd"))) {
            Files.deleteIfExists(console);
            Files.createSymbolicLink(console, target);
            assertThat(run(withOnlyTerminals()).status()).as(target.toString()).isZero();
            assertThat(box.rootfs().resolve("made")).hasContent("1\nordinary\n");
        }
        assertThat(victim).hasContent("of the host\n");
        assertThat(box.rootfs().resolve("etc/passwd")).content().startsWith("root:");
    }

    /**
     * Files in place of devpts: a regular one, and a node of another device with the right name.
     */
    @Test
    void aTerminalComesFromDevptsOnly() throws IOException {
        Path pts = Files.createDirectories(box.rootfs().resolve("dev/pts"));
        Files.writeString(pts.resolve("ptmx"), "fake\n");
        assertThat(run(withoutDev()).status()).isEqualTo(255);
        Files.delete(pts.resolve("ptmx"));
        assertThat(
                        Box.run(List.of("mknod", pts.resolve("ptmx").toString(), "c", "5", "2"))
                                .status())
                .isZero();
        assertThat(run(withoutDev()).status()).isEqualTo(255);
        Files.delete(pts.resolve("ptmx"));
        Files.createSymbolicLink(pts.resolve("ptmx"), Path.of("/dev/ptmx"));
        assertThat(run(withoutDev()).status()).isEqualTo(255);
    }

    /** Its place is made while the mount can still be written. */
    @Test
    void aReadOnlyDevHasAConsole() throws IOException {
        JsonObject config = Box.config("test -t 0 && grep ' /dev ' /proc/mounts > /made");
        config.objects("mounts").stream()
                .filter(mount -> mount.string("destination").equals("/dev"))
                .forEach(mount -> mount.with("options", List.of("ro", "mode=755")));
        assertThat(run(config).status()).isZero();
        assertThat(box.rootfs().resolve("made")).content().contains(" ro,");
    }
}
