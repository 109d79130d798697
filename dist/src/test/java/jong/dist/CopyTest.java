package jong.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code cp}, both ways. The texts are those of docker 28.2 with dockerd 26.1. */
@BlackBox
class CopyTest {

    private static final int ATTACKS = 20;

    private final Cli cli;
    @TempDir Path local;

    CopyTest(Client client, Engine engine) {
        cli = engine.cli(client);
    }

    @BeforeEach
    void makeFiles() throws IOException {
        Files.writeString(local.resolve("file"), "from outside\n");
        Files.createDirectories(local.resolve("dir"));
        Files.writeString(local.resolve("dir/in"), "in\n");
    }

    @AfterEach
    void removeContainers() {
        cli.engine().removeContainers();
        cli.run("volume rm -f kept").succeeded();
    }

    @Test
    void fileGoesIntoARunningContainerAndComesBack() throws IOException {
        start("");
        copy("file", "box:/tmp/renamed");
        assertThat(inBox("cat /tmp/renamed")).isEqualTo("from outside");
        copy("box:/tmp/renamed", "back");
        assertThat(local.resolve("back")).hasContent("from outside\n");
    }

    @Test
    void directoriesAreMadeMergedOrPutIntoOthers() throws IOException {
        start("");
        copy("dir", "box:/new");
        copy("dir", "box:/new");
        copy("dir/.", "box:/new/dots");
        assertThat(inBox("cat /new/in /new/dir/in /new/dots/in")).isEqualTo("in\nin\nin");
        copy("box:/new", "out");
        assertThat(local.resolve("out/dir/in")).hasContent("in\n");
    }

    @Test
    void pipesAndDevicesAreCopied() {
        start("");
        inBox(
                "mkdir /special; cd /special; mkfifo -m 640 pipe; mknod null c 1 3;"
                        + " mknod loop b 7 300; chmod 644 null loop");
        copy("box:/special", "special");
        var stat = "stat -c '%n %F %a %t:%T' pipe null loop";
        var there = inBox("cd /special; " + stat);
        assertThat(there)
                .isEqualTo(
                        "pipe fifo 640 0:0\n"
                                + "null character special file 644 1:3\n"
                                + "loop block special file 644 7:12c");
        var special = local.resolve("special");
        assertThat(Command.of("sh", "-c", "cd " + special + "; " + stat).run().out().strip())
                .isEqualTo(there);
        copy("special", "box:/back");
        assertThat(inBox("cd /back; " + stat)).isEqualTo(there);
    }

    @Test
    void containersThatDoNotRunHaveFilesToo() {
        cli.run("create --name box -v kept:/mnt busybox cat /made/in /mnt/file").succeeded();
        copy("dir", "box:/made");
        copy("file", "box:/mnt/file");
        copy("box:/mnt/file", "volume-file");
        assertThat(local.resolve("volume-file")).hasContent("from outside\n");
        assertThat(cli.run("start -a box").succeeded().out()).isEqualTo("in\nfrom outside\n");
    }

    @Test
    void symlinkIsCopiedItselfUnlessFollowed() throws IOException {
        start("");
        inBox("ln -s /etc/passwd /link");
        copy("box:/link", "itself");
        copy("-L", "box:/link", "followed");
        assertThat(local.resolve("itself")).isSymbolicLink();
        assertThat(local.resolve("followed")).content().startsWith("root:");
    }

    @Test
    void standardInputAndOutputAreArchives() {
        start("");
        copy("file", "box:/tmp/a");
        String archive = cli.run("cp box:/tmp/a -").succeeded().out();
        cli.runWithInput(archive, "cp - box:/etc").succeeded();
        assertThat(inBox("cat /etc/a")).isEqualTo("from outside");
    }

    @Test
    void whatCannotBeIsSaid() {
        start("--read-only -v " + local + ":/ro:ro");
        refuse("Could not find the file /nope in container box", "box:/nope", ".");
        refuse("container rootfs is marked read-only", "file", "box:/x");
        refuse("mounted volume is marked read-only", "file", "box:/ro/x");
        refuse("no such directory", "file", "box:/nodir/");
        refuse("cannot copy directory", "dir", "box:/etc/passwd");
        refuse("must specify at least one container source", "file", "other");
        refuse("copying between containers is not supported", "box:/etc", "box:/tmp");
        refuse(
                "lstat " + local.resolve("none") + ": no such file or directory",
                "none",
                "box:/tmp");
        refuse("No such container: none", "none:/etc", ".");
    }

    @Test
    void mountedFilesAreNotReplaced() throws IOException {
        start("");
        Files.createDirectories(local.resolve("etc"));
        Files.writeString(local.resolve("etc/hosts"), "127.0.0.1 stolen\n");
        refuse("unlinkat /etc/hosts: device or resource busy", "etc", "box:/");
        assertThat(inBox("grep -c ' /etc/hosts ' /proc/self/mountinfo")).isEqualTo("1");
    }

    @Test
    void kernelsOwnFilesDoNotShow() {
        start("");
        refuse("Could not find the file /proc/version in container box", "box:/proc/version", ".");
        copy("box:/proc", "proc");
        assertThat(local.resolve("proc")).isEmptyDirectory();
    }

    @Test
    void containerThatSwapsSymlinksGetsNothingOfTheHost() throws IOException {
        var secret = Files.writeString(local.resolve("secret"), "of the host");
        cli.run(
                        "run -d --name box busybox sh -c",
                        "mkdir -p /a; while :; do mv /a /b; ln -s "
                                + local
                                + " /a; rm /a; mv /b /a; done")
                .succeeded();
        for (int i = 0; i < ATTACKS; i++) {
            cli.run("cp " + local.resolve("file") + " box:/a/planted");
            cli.run("cp box:/a/secret " + local.resolve("stolen"));
            assertThat(local.resolve("planted")).doesNotExist();
            assertThat(local.resolve("stolen")).doesNotExist();
        }
        assertThat(secret).hasContent("of the host");
    }

    private void start(String options) {
        cli.run(("run -d --name box " + options + " busybox sleep 1000").replace("  ", " "))
                .succeeded();
    }

    private String inBox(String script) {
        return cli.run("exec box sh -c", script).succeeded().out().strip();
    }

    /** The last two are places; what has no colon is below the local directory. */
    private void copy(String... words) {
        copying(words).succeeded();
    }

    private void refuse(String text, String from, String to) {
        assertThat(copying(from, to).exitedWith(1).err()).contains(text);
    }

    private Result copying(String... words) {
        var command = new StringBuilder("cp");
        for (String word : words) {
            boolean here = word.indexOf(':') < 0 && !word.startsWith("-");
            command.append(' ').append(here ? local + "/" + word : word);
        }
        return cli.run(command.toString());
    }
}
