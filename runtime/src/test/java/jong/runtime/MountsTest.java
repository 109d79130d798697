package jong.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import jong.runtime.box.Box;
import jong.runtime.box.Outcome;
import jong.wire.json.JsonObject;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Mount options and devices, as runc 1.5 has them where the specification leaves room. */
@Tag("root")
final class MountsTest {

    @TempDir private Path temporary;
    private Box box;
    private Path source;

    @BeforeEach
    void makeBox() throws IOException {
        box = new Box(temporary);
        source = Files.createDirectories(box.beside("source"));
    }

    private void check(JsonObject config, String output) throws IOException {
        Outcome outcome = box.run(config);
        // Whether a tmpfs tells of its inodes' width is the kernel's configuration.
        String options = outcome.output().replace(",inode64", "");
        assertThat(new Outcome(outcome.status(), options, outcome.errors()))
                .isEqualTo(new Outcome(0, output, ""));
    }

    /** Flags in /proc/mounts of a bind whose source has flags of its own on the host. */
    private void checkBind(String hostFlags, List<String> options, String flags)
            throws IOException {
        JsonObject config =
                Box.withMount(
                        Box.config("grep ' /mnt ' /proc/mounts | cut -d' ' -f4"),
                        "bind",
                        source.toString(),
                        "/mnt",
                        options.toArray(String[]::new));
        String script =
                "mount -t tmpfs -o size=1m tmpfs %s && mount -o remount,bind,%s %s && exec %s"
                        .formatted(
                                source, hostFlags, source, String.join(" ", box.command(config)));
        Outcome outcome = Box.run(List.of("unshare", "--mount", "sh", "-c", script));
        assertThat(outcome.errors()).isEmpty();
        assertThat(outcome.output().replaceAll(",size.*\\n", ""))
                .as(options.toString())
                .isEqualTo(flags);
    }

    @Test
    void aBindKeepsTheFlagsOfItsSourceUnlessAnyAreGiven() throws IOException {
        String host = "ro,nosuid,nodev,noexec,noatime";
        checkBind(host, List.of("bind"), "ro,nosuid,nodev,noexec,noatime");
        checkBind(host, List.of("bind", "dev"), "rw,noatime");
        checkBind(host, List.of("bind", "ro"), "ro,noatime");
        checkBind(host, List.of("bind", "nosuid", "rprivate"), "rw,nosuid,noatime");
        checkBind(host, List.of("bind", "atime"), "rw,noatime");
        checkBind(host, List.of("bind", "relatime"), "rw,relatime");
        checkBind(host, List.of("bind", "nodiratime"), "rw,nodiratime,relatime");
        checkBind(host, List.of("bind", "strictatime"), "rw");
    }

    @Test
    void aTmpfsHasTheModeOfWhatItCoversOrIsOpenToAll() throws IOException {
        Path covered = Files.createDirectory(box.rootfs().resolve("covered"));
        Files.setPosixFilePermissions(covered, PosixFilePermissions.fromString("rwx--x---"));
        JsonObject config = Box.config("stat -c %a /covered /new/one /given");
        Box.withMount(config, "tmpfs", "tmpfs", "/covered");
        Box.withMount(config, "tmpfs", "tmpfs", "/new/one");
        Box.withMount(config, "tmpfs", "tmpfs", "/given", "mode=1500");
        check(config, "710\n1777\n1500\n");
    }

    @Test
    void aReadOnlyTmpfsTakesWhatLaterMountsNeed() throws IOException {
        JsonObject config = Box.config("ls /mnt; touch /mnt/x 2>/dev/null || echo refused");
        Box.withMount(config, "tmpfs", "tmpfs", "/mnt", "ro");
        Box.withMount(config, "bind", source.toString(), "/mnt/later", "bind");
        check(config, "later\nrefused\n");
    }

    @Test
    void recursiveAccessTimesAreChosenByEveryWordForThem() throws IOException {
        Map<String, String> expected =
                Map.of(
                        "ratime", "rw,relatime",
                        "rnoatime", "rw,noatime",
                        "rstrictatime", "rw",
                        "rnostrictatime", "rw,relatime",
                        "rrelatime", "rw,relatime",
                        "rnorelatime", "rw,relatime");
        for (Map.Entry<String, String> each : expected.entrySet()) {
            checkBind("noatime", List.of("rbind", each.getKey()), each.getValue());
        }
    }

    @Test
    void theWorkingDirectoryIsMadeBeforeItsMountTurnsReadOnly() throws IOException {
        JsonObject config = Box.config("pwd");
        Box.withMount(config, "tmpfs", "tmpfs", "/mnt", "ro");
        config.object("process").with("cwd", "/mnt/work/here");
        check(config, "/mnt/work/here\n");
    }

    @Test
    void aRemountChangesWhatIsThere() throws IOException {
        JsonObject config = Box.config("grep -E ' (/mnt|/tmp) ' /proc/mounts | cut -d' ' -f2-4");
        Box.withMount(config, "tmpfs", "tmpfs", "/mnt", "size=1m");
        Box.withMount(config, "tmpfs", "tmpfs", "/mnt", "remount", "ro", "nodev", "size=2m");
        Box.withMount(config, "tmpfs", "tmpfs", "/tmp", "size=1m");
        Box.withMount(config, "bind", "none", "/tmp", "bind", "remount", "noexec");
        check(
                config,
                "/mnt tmpfs ro,nodev,relatime,size=2048k,mode=755\n"
                        + "/tmp tmpfs rw,noexec,relatime,size=1024k,mode=755\n");
    }

    @Test
    void aDestinationMayBeRelativeOrBeginWithTheRoot() throws IOException {
        Files.writeString(source.resolve("file"), "seen\n");
        JsonObject config = Box.config("cat /mnt/a/file /mnt/b/file");
        Box.withMount(config, "bind", source.toString(), "mnt/a", "bind");
        Box.withMount(config, "bind", source.toString(), box.rootfs() + "/mnt/b", "bind");
        check(config, "seen\nseen\n");
    }

    @Test
    void aMountCanShowWhatAnEarlierOneBrought() throws IOException {
        Files.createDirectories(source.resolve("inner"));
        Files.writeString(source.resolve("inner/file"), "seen\n");
        JsonObject config = Box.config("cat /tmp/file");
        Box.withMount(config, "bind", source.toString(), "/mnt", "bind");
        Box.withMount(config, "bind", box.rootfs() + "/mnt/inner", "/tmp", "bind");
        check(config, "seen\n");
    }

    @Test
    void propagationIsThatOfTheOptions() throws IOException {
        JsonObject config =
                Box.config(
                        "grep -E ' /(mnt|tmp|root) ' /proc/self/mountinfo | grep -oE 'shared|unbind'");
        Box.withMount(config, "tmpfs", "tmpfs", "/mnt", "shared");
        Box.withMount(config, "tmpfs", "tmpfs", "/tmp", "unbindable");
        Box.withMount(config, "tmpfs", "tmpfs", "/root", "rprivate");
        check(config, "shared\nunbind\n");
    }

    @Test
    void theRootHasThePropagationThatWasAskedFor() throws IOException {
        Map<String, String> expected =
                Map.of(
                        "shared", "shared\n",
                        "rshared", "shared\n",
                        "unbindable", "unbindable\n",
                        "private", "neither\n",
                        "slave", "neither\n");
        for (Map.Entry<String, String> each : expected.entrySet()) {
            JsonObject config =
                    Box.config(
                            "awk '$5 == \"/\"' /proc/self/mountinfo"
                                    + " | grep -oE 'shared|unbindable' || echo neither");
            config.object("linux").with("rootfsPropagation", each.getKey());
            check(config, each.getValue());
        }
    }

    @Test
    void devicesOfEveryKindAreMadeAnywhere() throws IOException {
        JsonObject config =
                Box.config("for f in /a/c /a/b /a/p /a/u; do stat -c '%F %a %t:%T %u:%g' $f; done");
        device(config, "/a/c", "c", 1, 7, 0_640, 5);
        device(config, "/a/b", "b", 7, 3, 0_600, 0);
        device(config, "/a/p", "p", 0, 0, 0_622, 6);
        device(config, "/a/u", "u", 1, 5, 0_666, 0);
        check(
                config,
                "character special file 640 1:7 5:5\n"
                        + "block special file 600 7:3 0:0\n"
                        + "fifo 622 0:0 6:6\n"
                        + "character special file 666 1:5 0:0\n");
    }

    private static void device(
            JsonObject config,
            String path,
            String type,
            long major,
            long minor,
            long mode,
            long id) {
        Box.append(
                config.object("linux"),
                "devices",
                new JsonObject()
                        .with("path", path)
                        .with("type", type)
                        .with("major", major)
                        .with("minor", minor)
                        .with("fileMode", mode)
                        .with("uid", id)
                        .with("gid", id));
    }

    @Test
    void anotherFileInTheWayOfADeviceIsAnError() throws IOException {
        Files.createFile(box.rootfs().resolve("etc/device"));
        JsonObject config = Box.config("true");
        device(config, "/etc/device", "c", 1, 7, 0_666, 0);
        assertThat(box.run(config).failedWith(17)).isTrue();
    }

    @Test
    void withoutAMountNamespaceTheRootIsEntered() throws IOException {
        JsonObject config = Box.config("ls -d /bin; test -e /usr || echo inside");
        JsonObject linux = config.object("linux");
        linux.with("maskedPaths", List.of()).with("readonlyPaths", List.of());
        linux.with(
                "namespaces",
                linux.objects("namespaces").stream()
                        .filter(n -> !n.string("type").equals("mount"))
                        .toList());
        // The mounts would stay; a namespace around it all takes them away.
        String command = String.join(" ", box.command(config));
        assertThat(Box.run(List.of("unshare", "--mount", "sh", "-c", command)))
                .isEqualTo(new Outcome(0, "/bin\ninside\n", ""));
    }
}
