package jong.runtime.attacks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import jong.runtime.box.Box;
import jong.runtime.box.Outcome;
import jong.wire.json.JsonObject;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images and volumes that try to make the runtime mount or create something on the host. */
@Tag("root")
final class MountAttackTest {

    private static final int EPERM = 1;
    private static final int ELOOP = 40;
    private static final int ATTEMPTS = 60;

    @TempDir private Path temporary;
    private Box box;
    private Path victim;

    @BeforeEach
    void makeBox() throws IOException {
        box = new Box(temporary);
        victim = Files.createDirectories(box.beside("victim"));
    }

    private void checkVictimIsUntouched() throws IOException {
        try (Stream<Path> inside = Files.list(victim)) {
            assertThat(inside).isEmpty();
        }
        assertThat(Files.readString(Path.of("/proc/self/mountinfo")))
                .doesNotContain(victim.toString());
    }

    /** CVE-2021-30465, CVE-2024-45310: the place of a mount changes while it is looked up. */
    @Test
    void aDestinationSwappedForALinkToTheHostStaysInTheRoot() throws Exception {
        Path swapped = box.rootfs().resolve("swapped");
        var stop = new AtomicBoolean();
        Thread swapper = Thread.ofPlatform().start(() -> swap(swapped, stop));
        try {
            for (int i = 0; i < ATTEMPTS; i++) {
                JsonObject config = Box.config("true");
                Box.withMount(config, "tmpfs", "tmpfs", "/swapped/a/b");
                Box.withMount(config, "bind", "/etc/passwd", "/swapped/c/file", "bind");
                // Whether it starts is a matter of luck; what matters is what it leaves.
                box.run(config);
            }
        } finally {
            stop.set(true);
            swapper.join();
        }
        checkVictimIsUntouched();
    }

    /** Each time one step, as an attacker with a shared volume can: there is always something. */
    private void swap(Path swapped, AtomicBoolean stop) {
        Path next = box.rootfs().resolve("next");
        try {
            for (int i = 0; !stop.get(); i++) {
                Files.createSymbolicLink(next, i % 2 == 0 ? Path.of("tmp") : victim);
                Files.move(next, swapped, StandardCopyOption.ATOMIC_MOVE);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The same without a race: links of every form that lead up and out. */
    @Test
    void linksInTheImageDoNotLeadOut() throws IOException {
        List<String> targets =
                List.of(
                        victim.toString(),
                        "../../../../../../../../.." + victim,
                        "/proc/self/cwd/.." + victim,
                        "mnt/../../../../.." + victim);
        for (String target : targets) {
            Path link = box.rootfs().resolve("link");
            Files.createSymbolicLink(link, Path.of(target));
            JsonObject config = Box.config("true");
            Box.withMount(config, "tmpfs", "tmpfs", "/link/made/here");
            Box.withMount(config, "bind", "/etc", "/link/etc", "bind");
            box.run(config);
            checkVictimIsUntouched();
            Files.delete(link);
        }
    }

    /** CVE-2019-19921, CVE-2023-27561: labels and sysctls would be written into a fake. */
    @Test
    void procAndSysfsAreNotMountedThroughALink() throws IOException {
        for (String name : List.of("proc", "sys")) {
            Path place = box.rootfs().resolve(name);
            Files.delete(place);
            Files.createSymbolicLink(place, Path.of("/tmp"));
            assertThat(box.run(Box.config("true")).failedWith(ELOOP)).isTrue();
            Files.delete(place);
            Files.createDirectory(place);
        }
    }

    /** CVE-2026-41579: the image's /dev leads to a directory of the host. */
    @Test
    void devicesAreNotMadeWhereALinkOfTheImageLeads() throws IOException {
        Path dev = box.rootfs().resolve("dev");
        Files.delete(dev);
        Files.createSymbolicLink(dev, victim);
        assertThat(box.run(Box.config("true")).failedWith(ELOOP)).isTrue();
        checkVictimIsUntouched();

        JsonObject bare = withoutMounts(Box.config("true"));
        box.run(bare);
        checkVictimIsUntouched();
        assertThat(box.rootfs().resolve(victim.toString().substring(1)).resolve("null")).exists();
    }

    private static JsonObject withoutMounts(JsonObject config) {
        config.with("mounts", List.of());
        config.object("linux").with("maskedPaths", List.of()).with("readonlyPaths", List.of());
        return config;
    }

    /** CVE-2025-52881, CVE-2019-16884: only procfs may be where procfs is looked for. */
    @Test
    void nothingElseIsMountedWhereProcfsBelongs() throws IOException {
        Files.createDirectories(victim.resolve("self/attr"));
        Files.createSymbolicLink(box.rootfs().resolve("other"), Path.of("proc"));
        for (String destination : List.of("/proc", "/other", "/other/../proc/.")) {
            assertThat(box.run(covered("tmpfs", "tmpfs", destination)).failedWith(EPERM))
                    .as(destination)
                    .isTrue();
            assertThat(box.run(covered("bind", victim.toString(), destination)).failedWith(EPERM))
                    .as(destination)
                    .isTrue();
        }
    }

    @Test
    void nothingIsMountedInsideProcfsButWhatLxcfsReplaces() throws IOException {
        Path file = Files.writeString(box.beside("file"), "replaced\n");
        for (String destination :
                List.of(
                        "/proc/version",
                        "/proc/sys/kernel/hostname",
                        "/proc/self/attr",
                        "/proc/1/status",
                        "/proc/sys/kernel/../../version")) {
            assertThat(box.run(covered("bind", file.toString(), destination)).failedWith(EPERM))
                    .as(destination)
                    .isTrue();
        }
        for (String destination :
                List.of("cpuinfo", "diskstats", "meminfo", "stat", "swaps", "uptime", "loadavg")) {
            assertThat(box.run(covered("bind", file.toString(), "/proc/" + destination)).status())
                    .as(destination)
                    .isZero();
        }
        JsonObject seen = covered("bind", file.toString(), "/proc/uptime");
        seen.object("process").with("args", List.of("cat", "/proc/uptime"));
        assertThat(box.run(seen)).isEqualTo(new Outcome(0, "replaced\n", ""));
    }

    private static JsonObject covered(String type, String source, String destination) {
        return type.equals("bind")
                ? Box.withMount(Box.config("true"), type, source, destination, "bind")
                : Box.withMount(Box.config("true"), type, source, destination);
    }

    /** CVE-2025-31133: what masks files must be the kernel's null device. */
    @Test
    void filesAreMaskedWithTheTrueNullDeviceOnly() throws IOException {
        Path secret = Files.writeString(victim.resolve("secret"), "of the host\n");
        Path dev = box.rootfs().resolve("dev");
        JsonObject config = withoutMounts(Box.config("cat /etc/passwd"));
        config.object("linux").with("maskedPaths", List.of("/etc/passwd"));

        Files.createSymbolicLink(dev.resolve("null"), secret);
        assertThat(box.run(config).status()).isEqualTo(255);
        Files.delete(dev.resolve("null"));
        Files.createSymbolicLink(dev.resolve("null"), Path.of("/etc/group"));
        assertThat(box.run(config).status()).isEqualTo(255);
        Files.delete(dev.resolve("null"));
        Files.writeString(dev.resolve("null"), "fake\n");
        assertThat(box.run(config).status()).isEqualTo(255);
        Files.delete(dev.resolve("null"));
        assertThat(box.run(config)).isEqualTo(new Outcome(0, "", ""));
        assertThat(secret).hasContent("of the host\n");
    }

    @Test
    void aMaskedPathIsNotShownByALinkToIt() throws IOException {
        Files.createDirectories(box.rootfs().resolve("real"));
        Files.writeString(box.rootfs().resolve("real/file"), "secret\n");
        Files.createSymbolicLink(box.rootfs().resolve("link"), Path.of("../../real"));
        JsonObject config = Box.config("cat /real/file /link/file");
        config.object("linux").with("maskedPaths", List.of("/link/file"));
        assertThat(box.run(config)).isEqualTo(new Outcome(0, "", ""));
    }

    /** A read-only bind has to be so for what is mounted below it, when that was asked for. */
    @Test
    void aRecursivelyReadOnlyBindIsSoToItsLastMount() throws IOException {
        Path volume = Files.createDirectories(box.beside("volume"));
        Files.createDirectories(volume.resolve("below"));
        String script = "touch /mnt/x; touch /mnt/below/x; echo done";
        String mountBelow = "mount -t tmpfs tmpfs " + volume.resolve("below") + " && exec ";
        JsonObject config =
                Box.withMount(
                        Box.config(script), "bind", volume.toString(), "/mnt", "rbind", "rro");
        Outcome outcome =
                Box.run(
                        List.of(
                                "unshare",
                                "--mount",
                                "sh",
                                "-c",
                                mountBelow + String.join(" ", box.command(config))));
        assertThat(outcome.output()).isEqualTo("done\n");
        assertThat(outcome.errors().lines())
                .containsExactly(
                        "touch: /mnt/x: Read-only file system",
                        "touch: /mnt/below/x: Read-only file system");
    }

    /** A mount onto the root itself would leave everything after it in what it covers. */
    @Test
    void theRootItselfIsNotCovered() throws IOException {
        Files.createSymbolicLink(box.rootfs().resolve("up"), Path.of("../../.."));
        assertThat(box.run(covered("tmpfs", "tmpfs", "/up")).failedWith(16)).isTrue();
    }
}
