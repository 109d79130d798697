package jong.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Volumes that mount something while they are used, on an engine that dies now and then. */
@Tag("root")
class VolumeDriverTest {

    private static final String TMPFS = "volume create -o type=tmpfs -o device=tmpfs ";

    private final Engine engine = Engine.fresh();
    private final Cli cli = engine.cli(Client.JONG);

    @BeforeEach
    void loadImage() {
        cli.run("load -i", Fixtures.busybox().toString()).succeeded();
    }

    @AfterEach
    void close() {
        engine.close();
    }

    private List<String> mounted() {
        String volumes = engine.dataRoot().resolve("volumes").toString();
        String places = engine.dataRoot().resolve("tmp").toString();
        try {
            return Files.readAllLines(Path.of("/proc/self/mounts")).stream()
                    .filter(line -> line.contains(volumes) || line.contains(places))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void mountedFromTheFirstToTheLastContainer() {
        cli.run(TMPFS + "-o o=size=1m,mode=700 kept").succeeded();
        assertThat(mounted()).isEmpty();
        cli.run("run -d --name one -v kept:/v busybox sleep 1000").succeeded();
        cli.run("run -d --name two -v kept:/v:ro -v kept:/w busybox sleep 1000").succeeded();
        assertThat(mounted()).hasSize(1);
        cli.run("exec one sh -c", "echo data > /v/f").succeeded();
        assertThat(cli.run("exec two cat /v/f").line()).isEqualTo("data");
        cli.run("rm -f one").succeeded();
        assertThat(cli.run("exec two cat /v/f").line()).isEqualTo("data");
        cli.run("rm -f two").succeeded();
        cli.run("volume rm kept").succeeded();
        assertThat(mounted()).isEmpty();
    }

    /** The kernel's table of mounts has no links in its paths. */
    @Test
    void dataRootMayBeALink() throws IOException {
        Path place = Files.createDirectory(Engine.shortPath(Path.of("/tmp")));
        Path real = Files.createDirectory(place.resolve("real"));
        Files.createSymbolicLink(place.resolve("data"), real);
        try (var linked = Engine.at(place)) {
            Cli client = linked.cli(Client.JONG);
            client.run("load -i", Fixtures.busybox().toString()).succeeded();
            client.run(TMPFS + "kept").succeeded();
            client.run("run -d --name box -v kept:/v busybox sleep 1000").succeeded();
            assertThat(Files.readString(Path.of("/proc/self/mounts"))).contains(real + "/volumes");
            client.run("rm -f box").succeeded();
            client.run("volume rm kept").succeeded();
            assertThat(Files.readString(Path.of("/proc/self/mounts")))
                    .doesNotContain(real + "/volumes");
            assertThat(client.run("info -f {{.DockerRootDir}}").succeeded().line())
                    .isEqualTo(real.toString());
        }
    }

    @Test
    void removedVolumeLeavesTheDirectoryThatItShowed(@TempDir Path shown) throws IOException {
        Files.writeString(shown.resolve("precious"), "");
        cli.run("volume create -o type=none -o o=bind -o device=" + shown + " kept").succeeded();
        cli.run("run -d --name box -v kept:/v busybox sleep 1000").succeeded();
        cli.run("rm -f box").succeeded();
        cli.run("volume rm kept").succeeded();
        assertThat(shown.resolve("precious")).exists();
        assertThat(mounted()).isEmpty();
    }

    @Test
    void mountIsKeptWhileAContainerOutlivesTheEngine() {
        cli.run(TMPFS + "kept").succeeded();
        cli.run("run -d --name box -v kept:/v busybox sleep 1000").succeeded();
        cli.run("exec box sh -c", "echo data > /v/f").succeeded();
        engine.kill();
        engine.start();
        cli.run("run -d --name late -v kept:/v busybox sleep 1000").succeeded();
        assertThat(cli.run("exec late cat /v/f").line()).isEqualTo("data");
        assertThat(mounted()).hasSize(1);
        cli.run("rm -f box late").succeeded();
        cli.run("volume rm kept").succeeded();
        assertThat(mounted()).isEmpty();
    }

    @Test
    void mountOfAContainerThatEndedWithTheEngineIsTakenAway() {
        cli.run(TMPFS + "kept").succeeded();
        cli.run("run -d --name box -v kept:/v busybox sleep 1000").succeeded();
        int pid = cli.pid("box");
        engine.kill();
        Command.of("kill", "-9", Integer.toString(pid)).run().succeeded();
        engine.start();
        assertThat(cli.inspect("box", "{{.State.Running}}")).isEqualTo("false");
        cli.run("rm box").succeeded();
        assertThat(mounted()).isEmpty();
    }

    @Test
    void deathBetweenMountAndStartLeavesNoMount() throws Exception {
        cli.run(TMPFS + "kept").succeeded();
        cli.sh("-v plain:/v", "mkdir -p /v/a");
        var random = new Random(7);
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            for (int round = 0; round < 5; round++) {
                List<Future<?>> starts = new ArrayList<>();
                for (int i = 0; i < 4; i++) {
                    starts.add(
                            threads.submit(() ->
                                    cli.run(
                                            "run --rm -v kept:/v"
                                                    + " --mount src=plain,dst=/p,volume-subpath=a"
                                                    + " --mount type=image,src=busybox,dst=/i"
                                                    + " busybox true")));
                }
                Thread.sleep(random.nextInt(400)); // Anywhere in the starts.
                engine.kill();
                for (Future<?> start : starts) {
                    start.get();
                }
                engine.start();
                engine.removeContainers();
                cli.run("volume rm kept").succeeded(); // Waits for the last hold's end.
                assertThat(mounted()).as("round %d", round).isEmpty();
                cli.run(TMPFS + "kept").succeeded();
            }
        }
        assertThat(cli.run("system check").succeeded().out()).doesNotContain("stray");
    }

    @Test
    void fiftyContainersShareOneMount() throws Exception {
        cli.run(TMPFS + "kept").succeeded();
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            List<Future<Result>> runs = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                String write = "echo x > /v/" + i + "; sleep 1000";
                runs.add(threads.submit(() -> cli.run("run -d -v kept:/v busybox sh -c", write)));
            }
            for (Future<Result> run : runs) {
                run.get().succeeded();
            }
        }
        assertThat(mounted()).hasSize(1);
        assertThat(cli.run("volume rm kept").exitedWith(1).err()).contains("volume is in use");
        engine.removeContainers();
        cli.run("volume rm kept").succeeded();
        assertThat(mounted()).isEmpty();
    }

    @Test
    void volumeThatAFullDiskLeftEmptyIsFilledByTheNextContainer() throws IOException {
        try (SmallDisk disk = SmallDisk.tmpfs(64)) {
            Engine small = Engine.at(Files.createDirectory(disk.directory().resolve("e")));
            try {
                Cli there = small.cli(Client.JONG);
                there.run("load -i", Fixtures.busybox().toString()).succeeded();
                Command.of("sh", "-c", "cat /dev/zero > " + disk.directory() + "/fill").run();
                there.run("run --rm -v late:/seeded busybox true");
                Command.of("rm", disk.directory() + "/fill").run().succeeded();
                String content = "run --rm -v late:/seeded busybox cat /seeded/file";
                assertThat(there.run(content).succeeded().line()).isEqualTo("from-the-image");
            } finally {
                small.close();
            }
        }
    }
}
