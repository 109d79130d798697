package jong.runtime.attacks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import jong.runtime.box.Box;
import jong.runtime.box.Outcome;
import jong.wire.json.JsonObject;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What must not pass between the host's mounts and the container's, in either direction. */
@Tag("root")
final class LeakAttackTest {

    @TempDir private Path temporary;
    private Box box;

    @BeforeEach
    void makeBox() throws IOException {
        box = new Box(temporary);
    }

    /** On a host whose mounts are shared, as systemd makes them, whatever the image's root says. */
    @Test
    void noMountOfAContainerIsSeenOnTheHost() throws IOException {
        for (String propagation :
                List.of("", "shared", "rshared", "slave", "private", "unbindable")) {
            JsonObject config = Box.withMount(Box.config("true"), "tmpfs", "tmpfs", "/tmp");
            config.object("linux").with("rootfsPropagation", propagation);
            Outcome outcome = onSharedHost(String.join(" ", box.command(config)));
            assertThat(outcome.status()).as(propagation + outcome.errors()).isZero();
            assertThat(outcome.output()).as(propagation).isEmpty();
        }
    }

    /** Runs the command where mounts are shared, then lists the mounts that it left. */
    private Outcome onSharedHost(String command) throws IOException {
        String script =
                "mount --make-rshared /; %s; status=$?; grep %s /proc/self/mountinfo; exit $status"
                        .formatted(command, temporary);
        return Box.run(
                List.of("unshare", "--mount", "--propagation", "private", "sh", "-c", script));
    }

    @Test
    void anUnmountInsideDoesNotReachTheHost() throws IOException {
        Path source = Files.createDirectories(box.beside("source"));
        JsonObject config =
                Box.withMount(
                        Box.privileged(Box.config("umount /mnt; ls /mnt")),
                        "bind",
                        source.toString(),
                        "/mnt",
                        "rbind");
        // Shared among the processes here, but no longer with the host's own tree.
        String command =
                "mount --make-rshared /; mount -t tmpfs tmpfs %s; touch %s/kept; %s; ls %s"
                        .formatted(source, source, String.join(" ", box.command(config)), source);
        Outcome outcome =
                Box.run(
                        List.of(
                                "unshare",
                                "--mount",
                                "--propagation",
                                "private",
                                "sh",
                                "-c",
                                command));
        assertThat(outcome).isEqualTo(new Outcome(0, "kept\n", ""));
    }

    @Test
    void theHostsTreeIsGoneAfterThePivot() throws IOException {
        Outcome outcome = box.run(Box.config("cat /proc/self/mountinfo; ls -d /../../tmp/.."));
        assertThat(outcome.status()).isZero();
        assertThat(outcome.output().lines().filter(line -> line.contains(" / / ")).count())
                .isZero();
        // root, proc, dev, pts, sys, three masked or read-only paths of proc, one of sys
        assertThat(outcome.output().lines().filter(line -> line.contains(" - ")).count())
                .isLessThanOrEqualTo(10);
    }

    /** Where the root is only moved, a whole procfs of the host would permit fresh mounts of it. */
    @Test
    void withoutPivotTheHostsProcfsPermitsNoFreshOne() throws IOException {
        JsonObject config =
                Box.privileged(
                        Box.config("unshare -mrpf sh -ec 'mount -t proc none /proc; echo got it'"));
        Outcome pivoted = box.run(config);
        assertThat(pivoted.status()).isEqualTo(1);
        box.moveTheRoot();
        Outcome moved = box.run(config);
        assertThat(moved.status()).isEqualTo(1);
        assertThat(moved.output()).isEmpty();
        assertThat(moved.errors()).contains("mount: permission denied");
    }

    @Test
    void withoutPivotTheHostsRootIsNotBelowTheContainers() throws IOException {
        box.moveTheRoot();
        Files.writeString(box.beside("secret"), "of the host\n");
        Outcome outcome =
                box.run(
                        Box.config(
                                "cd /; cd ../../..; cat ." + box.beside("secret") + "; ls -d tmp"));
        assertThat(outcome.output()).isEqualTo("tmp\n");
    }

    /**
     * The container's root may have every right in its user namespace, not over the host's flags.
     */
    @Test
    void flagsOfTheHostsMountsStayLockedInAUserNamespace() throws IOException {
        Path source = Files.createDirectories(box.beside("source"));
        String mountSource = "mount -t tmpfs -o ro,nosuid,nodev tmpfs " + source + " && exec ";

        Outcome kept =
                inside(
                        mountSource,
                        withSource(
                                "mount -o remount,bind,rw,dev /mnt; grep ' /mnt ' /proc/mounts",
                                source,
                                "bind",
                                "noexec"));
        assertThat(kept.errors()).contains("permission denied");
        assertThat(kept.output()).contains("ro,", "nosuid", "nodev", "noexec");

        Outcome wished = inside(mountSource, withSource("true", source, "bind", "rw"));
        assertThat(wished.failedWith(1)).as(wished.toString()).isTrue();

        Outcome unmounted =
                inside(mountSource, withSource("umount /mnt && echo off", source, "bind"));
        assertThat(unmounted.output()).isIn("", "off\n");
    }

    private static JsonObject withSource(String script, Path source, String... options) {
        JsonObject config =
                Box.withUserNamespace(Box.privileged(Box.config(script)), 100_000, 65_536);
        return Box.withMount(config, "bind", source.toString(), "/mnt", options);
    }

    private Outcome inside(String before, JsonObject config) throws IOException {
        return Box.run(
                List.of(
                        "unshare",
                        "--mount",
                        "sh",
                        "-c",
                        before + String.join(" ", box.command(config))));
    }

    /** CVE-2024-21626 and careless callers: a directory of the host left open is a way out. */
    @Test
    void noDescriptorOfTheHostIsOpenInside() throws IOException {
        JsonObject config =
                Box.config("for f in /proc/$$/fd/*; do readlink $f; done | grep -v pipe:");
        String careless = "exec 7</ 8</etc/passwd 9>>/dev/null; exec ";
        Outcome outcome = inside(careless, config);
        assertThat(outcome).isEqualTo(new Outcome(1, "", ""));
    }

    @Test
    void aWorkingDirectoryCannotBeOneOfTheHostsDescriptors() throws IOException {
        for (int fd = 3; fd < 12; fd++) {
            JsonObject config = Box.config("pwd");
            config.object("process").with("cwd", "/proc/self/fd/" + fd);
            assertThat(inside("exec 7</ 8</; exec ", config).output()).isEmpty();
        }
    }
}
