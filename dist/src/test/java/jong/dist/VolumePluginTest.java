package jong.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Volumes of a plugin, which is a program of its own and really mounts. */
@Tag("root")
@ParameterizedClass
@EnumSource(Client.class)
@DisabledIfSystemProperty(named = "jong.test.peer", matches = ".+")
class VolumePluginTest {

    private final Client client;
    @TempDir Path directory;
    private VolumePlugin plugin;
    private Engine engine;
    private Cli cli;

    VolumePluginTest(Client client) {
        this.client = client;
    }

    @BeforeEach
    void start() {
        plugin = VolumePlugin.start(directory);
        engine = Engine.fresh(VolumePlugin.option(directory));
        cli = engine.cli(client);
        cli.run("load -i", Fixtures.busybox().toString()).succeeded();
    }

    @AfterEach
    void stop() {
        try {
            engine.close();
        } finally {
            plugin.close();
        }
    }

    @Test
    void volumeIsTheDriversFromItsMakingToItsEnd() {
        cli.run("volume create -d shelves -o size=7 --label a=b books").succeeded();
        assertThat(plugin.log())
                .contains(
                        "VolumeDriver.Create books  {\"Name\":\"books\",\"Opts\":{\"size\":\"7\"}}");
        assertThat(
                        cli.run(
                                        "volume inspect -f",
                                        "{{.Driver}} {{.Scope}} {{.Labels.a}} {{.Status.shelf}}"
                                                + " {{.CreatedAt}}",
                                        "books")
                                .succeeded()
                                .line())
                .isEqualTo("shelves global b 7 2026-01-02T03:04:05Z");
        assertThat(cli.run("info -f", "{{.Plugins.Volume}}").succeeded().line())
                .isEqualTo("[local shelves]");
        cli.sh("-v books:/b", "echo novel > /b/one");
        assertThat(cli.sh("-v books:/b", "cat /b/one")).isEqualTo("novel");
        assertThat(directory.resolve("state/volumes/books/one")).hasContent("novel");
        assertThat(cli.run("volume ls --format", "{{.Driver}} {{.Name}}").succeeded().lines())
                .containsExactly("shelves books");
        assertThat(cli.run("volume ls -q -f driver=local").succeeded().out()).isEmpty();
        cli.run("volume prune -af").succeeded();
        cli.run("volume rm books").succeeded();
        assertThat(directory.resolve("state/ids/books")).isEmptyDirectory();
        assertThat(directory.resolve("state/volumes")).isEmptyDirectory();
        assertThat(cli.run("volume inspect books").exitedWith(1).err())
                .contains("get books: no such volume");
    }

    @Test
    void eachMountOfEachContainerHasAnIdOfItsOwn() {
        cli.run("create --name one --volume-driver shelves -v books:/a -v books:/b busybox sleep 9")
                .succeeded();
        cli.run("run -d --name two -v books:/c busybox sleep 1000").succeeded();
        assertThat(cli.inspect("two", "{{range .Mounts}}{{.Driver}} {{.Mode}}{{end}}"))
                .isEqualTo("shelves");
        plugin.log();
        cli.run("start one").succeeded();
        cli.run("rm -f one").succeeded();
        List<String> log = logWith(2);
        List<String> mounted = log.stream().filter(line -> line.contains("Driver.Mount")).toList();
        List<String> unmounted =
                log.stream().filter(line -> line.contains("Driver.Unmount")).toList();
        assertThat(mounted).hasSize(2).doesNotHaveDuplicates();
        assertThat(unmounted)
                .containsExactlyInAnyOrderElementsOf(
                        mounted.stream().map(line -> line.replace("Mount", "Unmount")).toList());
        assertThat(directory.resolve("state/ids/books")).isDirectoryContaining("glob:**");
        assertThat(cli.run("volume rm books").exitedWith(1).err()).contains("volume is in use");
    }

    @Test
    void volumeThatTheDriverHasAlreadyIsFoundByItsName() {
        cli.run("volume create -d shelves books").succeeded();
        cli.sh("-v books:/b", "echo novel > /b/one");
        engine.close();
        engine = Engine.fresh(VolumePlugin.option(directory));
        cli = engine.cli(client);
        cli.run("load -i", Fixtures.busybox().toString()).succeeded();
        assertThat(cli.run("volume ls -q").succeeded().line()).isEqualTo("books");
        assertThat(cli.sh("-v books:/b", "cat /b/one")).isEqualTo("novel");
        assertThat(cli.run("volume create -d local books").exitedWith(1).err())
                .contains(
                        "driver 'shelves' already has volume 'books': volume name must be unique");
    }

    @Test
    void killedDaemonKeepsMountsAndEndsThemWithTheContainer() {
        cli.run("run -d --name box --volume-driver shelves -v books:/b busybox sleep 1000")
                .succeeded();
        engine.kill();
        plugin.log();
        engine.start();
        assertThat(plugin.log()).noneMatch(line -> line.contains("Mount"));
        cli.run("exec box touch /b/x").succeeded();
        assertThat(directory.resolve("state/volumes/books/x")).exists();
        cli.run("rm -f box").succeeded();
        assertThat(logWith(1)).filteredOn(line -> line.contains("Unmount")).hasSize(1);
        assertThat(directory.resolve("state/ids/books")).isEmptyDirectory();
    }

    @Test
    void containerThatEndsWhileTheDaemonIsDeadIsUnmounted() {
        cli.run("run -d --name box --volume-driver shelves -v books:/b busybox sleep 1000")
                .succeeded();
        int pid = cli.pid("box");
        engine.kill();
        Command.of("kill", "-9", Integer.toString(pid)).run().succeeded();
        engine.start();
        assertThat(logWith(1)).filteredOn(line -> line.contains("Driver.Mount")).hasSize(1);
        assertThat(directory.resolve("state/ids/books")).isEmptyDirectory();
    }

    @ParameterizedTest
    @CsvSource({
        "garbage, malformed HTTP response",
        "huge, answer is longer than 4194304 bytes",
        "words, answer makes no sense: cannot read array as a JSON object",
        "refuse, no, I will not",
    })
    void whatADriverSaysWrongIsTold(String mode, String why) {
        cli.run("volume create -d shelves books").succeeded();
        plugin.behave(mode);
        assertThat(cli.run("run --rm -v books:/b busybox true").exitedWith(125).err())
                .contains("error while mounting volume", why.split(",")[0]);
        assertThat(cli.run("volume rm books").exitedWith(1).err()).contains("remove books: ");
        assertThat(cli.run("volume create local1").succeeded().line()).isEqualTo("local1");
        plugin.behave("");
        cli.run("volume rm books").succeeded();
        assertThat(cli.run("ps -aq").succeeded().out()).isEmpty();
    }

    @Test
    void deadDriverIsAWarningAndItsVolumesAreStillListed() {
        cli.run("volume create -d shelves books").succeeded();
        cli.run("volume create local1").succeeded();
        plugin.kill();
        var listed = cli.run("volume ls -q").succeeded();
        assertThat(listed.lines()).containsExactly("books", "local1");
        String answer =
                Command.of(
                                "curl",
                                "-s",
                                "--unix-socket",
                                engine.socket().toString(),
                                "http://d/v1.45/volumes")
                        .run()
                        .succeeded()
                        .out();
        assertThat(answer).contains("\"Warnings\":[\"list shelves: Post ");
        plugin.start();
        cli.sh("-v books:/b", "touch /b/x");
        cli.run("volume rm books local1").succeeded();
    }

    @Test
    void driverThatNobodyKnowsIsNotFound() {
        assertThat(cli.run("volume create -d none books").exitedWith(1).err())
                .contains(
                        "create books: error looking up volume plugin none: plugin \"none\" not found");
    }

    /** What the plugin was asked, once so many ends of mounts are among it: they come after rm. */
    private List<String> logWith(int unmounts) {
        List<String> log = new ArrayList<>();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (log.stream().filter(line -> line.contains("Unmount")).count() < unmounts) {
            assertThat(System.nanoTime()).as("%s", log).isLessThan(deadline);
            log.addAll(plugin.log());
        }
        return log;
    }
}
