package jong.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code --mount} and what lies behind it: images, parts of volumes, propagation, read-only. */
@BlackBox
class MountsTest {

    @TempDir private Path directory;

    private final Cli cli;
    private Path below;

    MountsTest(Client client, Engine engine) {
        cli = engine.cli(client);
    }

    @BeforeEach
    void mountOneBelowAnother() throws IOException {
        below = Files.createDirectories(directory.resolve("below"));
        host("mount", "-t", "tmpfs", "outer", directory.toString());
        Files.createDirectory(below);
        host("mount", "-t", "tmpfs", "inner", below.toString());
    }

    @AfterEach
    void cleanUp() {
        cli.engine().removeContainers();
        cli.run("volume rm -f kept").succeeded();
        host("umount", "-R", directory.toString());
    }

    private static void host(String... command) {
        Command.of(command).run().succeeded();
    }

    private String bind(String options, String script) {
        return cli.sh("--mount type=bind,src=" + directory + ",dst=/m" + options, script);
    }

    private static String touch(String... paths) {
        return "for f in %s; do touch $f 2>/dev/null && echo y || echo n; done"
                .formatted(String.join(" ", paths));
    }

    @Test
    void readOnlyReachesWhatIsMountedBelow() {
        String both = touch("/m/x", "/m/below/x");
        assertThat(bind("", both)).isEqualTo("y\ny");
        assertThat(bind(",readonly", both)).isEqualTo("n\nn");
        assertThat(bind(",readonly,bind-recursive=writable", both)).isEqualTo("n\ny");
        assertThat(bind(",readonly,bind-recursive=readonly,bind-propagation=rprivate", both))
                .isEqualTo("n\nn");
    }

    @Test
    void notRecursiveLeavesOutWhatIsMountedBelow() {
        String count = "grep -c ' /m' /proc/mounts";
        assertThat(bind("", count)).isEqualTo("2");
        assertThat(bind(",bind-recursive=disabled", count)).isEqualTo("1");
    }

    @Test
    void mountsOfTheHostReachASlaveAndNobodyElse() throws IOException {
        host("mount", "--make-rshared", directory.toString());
        Files.createDirectory(directory.resolve("late"));
        for (String word : List.of("rslave", "rprivate")) {
            String mount = "-v " + directory + ":/m:" + word;
            cli.run("run -d --name " + word + " " + mount + " busybox sleep 1000").succeeded();
        }
        host("mount", "-t", "tmpfs", "late", directory.resolve("late").toString());
        String count = "grep -c ' /m/late ' /proc/mounts; true";
        assertThat(cli.run("exec rslave sh -c", count).line()).isEqualTo("1");
        assertThat(cli.run("exec rprivate sh -c", count).line()).isEqualTo("0");
    }

    @Test
    void mountsInASharedOneReachTheHost() throws IOException {
        host("mount", "--make-shared", directory.toString());
        Path made = Files.createDirectory(directory.resolve("made"));
        cli.run(
                        "run --rm --privileged -v " + directory + ":/m:shared busybox",
                        "mount",
                        "-t",
                        "tmpfs",
                        "made",
                        "/m/made")
                .succeeded();
        assertThat(Files.readString(Path.of("/proc/self/mounts"))).contains("made " + made);
    }

    @Test
    void imageIsMountedReadOnly() {
        String mount = "--mount type=image,src=busybox,dst=/i";
        assertThat(cli.sh(mount, "cat /i/seeded/file; " + touch("/i/x")))
                .isEqualTo("from-the-image\nn");
        assertThat(cli.sh("--mount type=image,src=busybox,dst=/i,image-subpath=seeded", "ls /i"))
                .isEqualTo("file");
    }

    @Test
    void imageThatIsMountedMayLoseItsName() {
        cli.run("tag busybox mounted").succeeded();
        cli.run("run -d --name box --mount type=image,src=mounted,dst=/i busybox sleep 1000")
                .succeeded();
        cli.run("rmi mounted").succeeded();
        cli.run("restart -t 0 box").succeeded();
        assertThat(cli.run("exec box cat /i/seeded/file").line()).isEqualTo("from-the-image");
        assertThat(cli.inspect("box", "{{range .Mounts}}{{.Type}} {{.Destination}}{{end}}"))
                .isEqualTo("image /i");
    }

    @Test
    void partOfAnImageThatIsNotThereIsToldAndNothingIsLeft() {
        assertThat(
                        cli.run(
                                        "run --name box"
                                                + " --mount type=image,src=busybox,dst=/i,image-subpath=no"
                                                + " busybox true")
                                .exitedWith(127)
                                .err())
                .contains("cannot access path");
    }

    @Test
    void partOfAVolumeIsNoWayOut() {
        cli.sh("-v kept:/v", "mkdir -p /v/a/b; echo in > /v/a/b/f; ln -s /etc /v/out");
        String part = "--mount src=kept,dst=/p,volume-subpath=";
        assertThat(cli.sh(part + "a/b", "cat /p/f")).isEqualTo("in");
        assertThat(cli.run("run --rm " + part + "out busybox true").exitedWith(125).err())
                .contains("path concatenation escapes the base directory");
    }

    @Test
    void copyLooksIntoPartsOfVolumesAndImages() throws IOException {
        cli.sh("-v kept:/v", "mkdir -p /v/a; echo in > /v/a/f");
        cli.run(
                        "create --name box --mount src=kept,dst=/p,volume-subpath=a"
                                + " --mount type=image,src=busybox,dst=/i busybox true")
                .succeeded();
        Path copy = directory.resolve("copy");
        cli.run("cp box:/p/f " + copy).succeeded();
        assertThat(copy).hasContent("in");
        cli.run("cp box:/i/seeded/file " + copy).succeeded();
        assertThat(copy).hasContent("from-the-image");
    }

    @Test
    void engineOfItsOwnDataIsASlave() {
        Path root = cli.engine().dataRoot();
        cli.run("create --name box -v " + root + ":/d busybox").succeeded();
        assertThat(cli.inspect("box", "{{range .Mounts}}{{.Propagation}}{{end}}"))
                .isEqualTo("rslave");
        assertThat(cli.run("create -v " + root + ":/d:private busybox").exitedWith(1).err())
                .contains("must use either propagation mode \"rslave\" or \"rshared\"");
    }
}
