package jong.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code jong volume rename}, {@code clone}, {@code export}, {@code import}: not in docker. */
@Tag("root")
@ExtendWith(SharedEngine.class)
@DisabledIfSystemProperty(named = "jong.test.peer", matches = ".+")
class VolumeTransferTest {

    /** Files of all kinds, with what belongs to them. */
    private static final String FILES =
            """
            cd /v && mkdir -p d/deep && echo one > d/one && ln d/one d/deep/two &&
            ln -s /etc/passwd link && mkfifo pipe && mknod null c 1 3 &&
            truncate -s 5M sparse && echo end >> sparse && chmod 4751 d/one &&
            chown 7:8 d && chown -h 9:9 link && chmod 1770 . && chown 999:998 . &&
            touch -d '2001-02-03 04:05:06' d/one
            """;

    /** What each file is, by which two trees are compared. */
    private static final String LISTING =
            "cd %s && find . -exec stat -c '%%n %%f %%u:%%g %%h %%s %%t:%%T' {} + | sort;"
                    + " stat -c '%%n %%Y' d/one sparse; find . -type f -exec md5sum {} + | sort;"
                    + " readlink link";

    private final Cli cli;
    private final Engine engine;

    VolumeTransferTest(Engine engine) {
        this.engine = engine;
        cli = engine.cli(Client.JONG);
    }

    @AfterEach
    void removeVolumes() {
        engine.removeContainers();
        cli.run("volume prune -af").succeeded();
        assertThat(engine.dataRoot().resolve("volumes/.incoming"))
                .satisfiesAnyOf(
                        path -> assertThat(path).doesNotExist(),
                        path -> assertThat(path).isEmptyDirectory());
    }

    @Test
    void archiveBringsBackEverything(@TempDir Path directory) throws IOException {
        String before = fill("full");
        var attributes =
                Files.getFileAttributeView(
                        data("full").resolve("d/one"), UserDefinedFileAttributeView.class);
        attributes.write("color", ByteBuffer.wrap("red".getBytes(StandardCharsets.UTF_8)));
        Path archive = directory.resolve("full.tar");
        assertThat(cli.run("volume export -o", archive.toString(), "full").succeeded().out())
                .isEmpty();
        assertThat(cli.run("volume import copy", archive.toString()).succeeded().line())
                .isEqualTo("copy");
        assertThat(listing("copy")).isEqualTo(before);
        var copied =
                Files.getFileAttributeView(
                        data("copy").resolve("d/one"), UserDefinedFileAttributeView.class);
        assertThat(copied.size("color")).isEqualTo(3);
        assertThat(allocated("copy")).isEqualTo(allocated("full")); // Holes stay holes.
    }

    @ParameterizedTest
    @ValueSource(strings = {"cat", "gzip", "bzip2", "xz", "zstd"})
    void importKnowsEveryCompression(String program, @TempDir Path directory) {
        String before = fill("full");
        String archive = directory.resolve("full.tar").toString();
        cli.run("volume export -o", archive, "full").succeeded();
        sh("%s < %s > %s.z", program, archive, archive);
        var command = "%s volume import copy - < %s.z";
        List<String> words = List.of("sh", "-c", command.formatted(Client.JONG.program(), archive));
        new Command(words, engine.clientEnvironment()).run().succeeded();
        assertThat(listing("copy")).isEqualTo(before);
    }

    @Test
    void emptyVolumeKeepsItsLabelsAndItsContainers(@TempDir Path directory) {
        fill("full");
        String archive = directory.resolve("full.tar").toString();
        cli.run("volume export -o", archive, "full").succeeded();
        cli.run("volume create --label a=b empty").succeeded();
        cli.run("create --name box -v empty:/v:nocopy busybox cat /v/d/one").succeeded();
        cli.run("volume import empty", archive).succeeded();
        assertThat(cli.run("volume inspect -f {{.Labels.a}} empty").succeeded().line())
                .isEqualTo("b");
        assertThat(cli.run("start -a box").succeeded().line()).isEqualTo("one");
        assertThat(cli.run("volume import empty", archive).exitedWith(1).err())
                .contains("import empty: volume is not empty");
    }

    @Test
    void importIntoAVolumeOfARunningContainerIsRefused(@TempDir Path directory) {
        fill("full");
        String archive = directory.resolve("full.tar").toString();
        cli.run("volume export -o", archive, "full").succeeded();
        cli.run("run -d --name box -v empty:/v busybox sleep 1000").succeeded();
        assertThat(cli.run("volume import empty", archive).exitedWith(1).err())
                .contains("import empty: volume is in use - [" + cli.inspect("box", "{{.Id}}"));
        assertThat(cli.run("exec box ls /v").succeeded().out()).isEmpty();
    }

    @Test
    void whatIsNoWholeArchiveMakesNoVolume(@TempDir Path directory) throws IOException {
        fill("full");
        Path archive = directory.resolve("full.tar");
        cli.run("volume export -o", archive.toString(), "full").succeeded();
        byte[] bytes = Files.readAllBytes(archive);
        Files.write(archive, Arrays.copyOf(bytes, bytes.length / 2));
        assertThat(cli.run("volume import half", archive.toString()).exitedWith(1).err())
                .contains("unexpected EOF");
        Files.writeString(archive, "no archive, ".repeat(100));
        cli.run("volume import half", archive.toString()).exitedWith(1);
        assertThat(cli.run("volume ls -q").succeeded().lines()).containsExactly("full");
        assertThat(cli.run("volume import half", directory + "/none").exitedWith(1).err())
                .contains("no such file or directory");
    }

    @Test
    void deathInTheMiddleOfAnImportLeavesNothing(@TempDir Path directory) throws Exception {
        sh("cd %s && yes | head -c 3000000 > many && tar cf half.tar many", directory);
        String archive = Files.readString(directory.resolve("half.tar"));
        try (var mortal = Engine.fresh()) {
            Path volumes = mortal.dataRoot().resolve("volumes");
            Cli client = mortal.cli(Client.JONG);
            try (var feeder = client.start("volume import half -")) {
                feeder.type(archive.substring(0, archive.length() / 2));
                while (Files.notExists(volumes.resolve(".incoming/0/_data/many"))) {
                    Thread.sleep(10);
                }
                assertThat(client.run("volume ls -q").succeeded().out()).isEmpty();
                assertThat(client.run("volume create half").exitedWith(1).err())
                        .contains("volume half is being made, renamed or removed");
                mortal.kill();
            }
            mortal.start();
            assertThat(client.run("volume ls -q").succeeded().out()).isEmpty();
            assertThat(volumes).isEmptyDirectory();
        }
    }

    @Test
    void noNameLeadsOutOfTheVolume(@TempDir Path directory) throws IOException {
        Path outside = Files.createDirectory(directory.resolve("outside"));
        Files.writeString(directory.resolve("evil"), "evil");
        // A link out of the volume, then a file behind it; and a name with dots.
        sh(
                "cd %1$s && ln -s %2$s way && tar cf a.tar way && mkdir t && mkdir t/way &&"
                        + " cp evil t/way/ && tar rf a.tar -C t way/evil &&"
                        + " tar cPf b.tar --transform 's,^,../../,' evil",
                directory, outside);
        cli.run("volume import one", directory + "/a.tar");
        assertThat(outside).isEmptyDirectory();
        assertThat(cli.run("volume import two", directory + "/b.tar").exitedWith(1).err())
                .contains("\"../../evil\" is outside of");
        assertThat(cli.run("volume ls -q").succeeded().lines()).doesNotContain("two");
        assertThat(engine.dataRoot().resolve("evil")).doesNotExist();
    }

    @Test
    void cloneHasTheSameFilesAndGoesItsOwnWay() {
        cli.run("volume create --label a=b full").succeeded();
        String before = fill("full");
        assertThat(cli.run("volume clone full copy").succeeded().out()).isEqualTo("copy\n");
        assertThat(listing("copy")).isEqualTo(before);
        assertThat(cli.run("volume inspect -f {{.Labels.a}} copy").succeeded().line())
                .isEqualTo("b");
        cli.sh("-v copy:/v", "echo changed > /v/d/one");
        assertThat(listing("full")).isEqualTo(before);
        cli.run("volume rm full").succeeded();
        assertThat(cli.sh("-v copy:/v", "cat /v/d/one")).isEqualTo("changed");
    }

    @ParameterizedTest
    @CsvSource({
        "clone none copy, get none: no such volume",
        "clone full full, clone full: volume name must be unique: full",
        "clone full other, clone full: volume name must be unique: other",
        "clone full ../x, 'includes invalid characters for a local volume name'",
        "rename none other, get none: no such volume",
        "rename full other, rename full: volume name must be unique: other",
        "rename full full, Renaming a volume with the same name as its current name: full",
        "rename full .incoming, 'includes invalid characters for a local volume name'",
        "export none, get none: no such volume",
        "import .x, 'includes invalid characters for a local volume name'",
    })
    void refusalsSayWhy(String command, String why) {
        cli.run("volume create full").succeeded();
        cli.run("volume create other").succeeded();
        assertThat(cli.run("volume " + command).exitedWith(1).err()).contains(why);
    }

    @Test
    void stoppedContainersGoAlongWithARename() {
        cli.run("run --name box -v old:/v busybox sh -c", "n=$((`cat /v/n`+1)); echo $n | tee /v/n")
                .succeeded();
        cli.run("create --name two --mount type=volume,src=old,dst=/w busybox cat /w/n")
                .succeeded();
        cli.run("create --name three --volumes-from box:ro busybox cat /v/n").succeeded();
        cli.run("volume rename old new").succeeded();
        assertThat(cli.run("volume ls -q").succeeded().lines()).containsExactly("new");
        assertThat(cli.run("start -a box").succeeded().line()).isEqualTo("2");
        assertThat(cli.run("start -a two").succeeded().line()).isEqualTo("2");
        assertThat(cli.run("start -a three").succeeded().line()).isEqualTo("2");
        assertThat(cli.inspect("box", "{{.HostConfig.Binds}} {{(index .Mounts 0).Name}}"))
                .isEqualTo("[new:/v] new");
        assertThat(cli.inspect("two", "{{(index .HostConfig.Mounts 0).Source}}")).isEqualTo("new");
        assertThat(cli.inspect("three", "{{(index .Mounts 0).Source}}"))
                .isEqualTo(data("new").toString());
        assertThat(cli.run("volume rm new").exitedWith(1).err()).contains("volume is in use");
        assertThat(cli.run("volume create old").succeeded().line()).isEqualTo("old");
    }

    @Test
    void runningContainersKeepTheName() {
        cli.run("run -d --name box -v old:/v busybox sleep 1000").succeeded();
        assertThat(cli.run("volume rename old new").exitedWith(1).err())
                .contains("rename old: volume is in use - [" + cli.inspect("box", "{{.Id}}"));
        assertThat(cli.run("volume ls -q").succeeded().lines()).containsExactly("old");
        cli.run("rm -f box").succeeded();
        cli.run("volume rename old new").succeeded();
    }

    @Test
    void volumeThatWasGivenANameIsNotAnonymousAnyMore() {
        cli.run("run --name box -v /v busybox touch /v/x").succeeded();
        String name = cli.inspect("box", "{{(index .Mounts 0).Name}}");
        cli.run("volume rename", name, "kept").succeeded();
        cli.run("rm -v box").succeeded();
        cli.run("volume prune -f").succeeded();
        assertThat(cli.sh("-v kept:/v", "ls /v")).isEqualTo("x");
    }

    private String fill(String volume) {
        cli.sh("-v " + volume + ":/v", FILES);
        return listing(volume);
    }

    private String listing(String volume) {
        return sh(LISTING, data(volume));
    }

    private Path data(String volume) {
        return engine.dataRoot().resolve("volumes").resolve(volume).resolve("_data");
    }

    private String allocated(String volume) {
        return sh("stat -c %%b %s/sparse", data(volume));
    }

    private static String sh(String script, Object... arguments) {
        return Command.of("sh", "-c", script.formatted(arguments)).run().succeeded().out();
    }
}
