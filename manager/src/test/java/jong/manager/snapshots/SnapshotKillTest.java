package jong.manager.snapshots;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import jong.linux.mounts.MountTable;
import jong.manager.metadata.MetadataStore;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A process that does everything that a snapshotter can is killed in front of each system call by
 * which that changes something. Whoever opens the snapshots then finds the state before the
 * operation or that after it, with all files, and nothing else.
 *
 * <p>A usual run tries {@value #USUAL} calls of each driver, others each time; {@code
 * -Djong.test.kills=all} tries all.
 */
@Tag("root")
class SnapshotKillTest {

    private static final int USUAL = 12;

    @TempDir Path directory;

    @Timeout(value = 30, unit = TimeUnit.MINUTES)
    @ParameterizedTest
    @EnumSource(StorageDriver.class)
    void killedAtAnyStepSnapshotsAreAsBeforeOrAfter(StorageDriver driver) throws Exception {
        assumeTrue(System.getProperty("os.arch").equals("amd64"), "numbers of system calls");
        long seed = Long.getLong("jong.test.seed", System.nanoTime());
        for (int step : steps(driver, new Random(seed))) {
            Path own = Files.createDirectory(directory.resolve(driver + "-" + step));
            List<String> said = live(driver, own, step, 137);
            int done = said.isEmpty() ? 0 : Integer.parseInt(said.getLast());
            expect(driver, own, done, "killed at step " + step + " of seed " + seed);
        }
    }

    private int[] steps(StorageDriver driver, Random random) throws Exception {
        Path own = Files.createDirectory(directory.resolve(driver + "-whole"));
        String last = live(driver, own, 0, 0).getLast();
        int all = Integer.parseInt(last.replace("steps ", ""));
        assertThat(all).as("steps").isGreaterThan(100);
        return "all".equals(System.getProperty("jong.test.kills"))
                ? IntStream.rangeClosed(1, all).toArray()
                : random.ints(USUAL, 1, all + 1).distinct().toArray();
    }

    private static void expect(StorageDriver driver, Path own, int done, String when)
            throws IOException {
        var script = new SnapshotScript();
        Path mounts = own.resolve("mounts");
        try (var metadata = MetadataStore.open(own.resolve("metadata.db"))) {
            LayerSnapshotter snapshotter =
                    driver.open(own.resolve("root"), metadata, new DriverOptions("", List.of()));
            assertThat(snapshotter.strays()).as(when).isEmpty();
            assertThat(snapshotter.walk())
                    .as(when)
                    .allMatch(snapshot -> snapshotter.isIntact(snapshot.name()));
            int next = Math.min(done + 1, script.operations().size());
            assertThat(SnapshotScript.seen(snapshotter, mounts))
                    .as(when)
                    .isIn(script.state(done), script.state(next));
            SnapshotTrees.removeAll(snapshotter);
            assertThat(own.resolve("root/snapshots")).as(when).isEmptyDirectory();
        }
        assertThat(MountTable.read().under(own)).as(when).isEmpty();
    }

    private static List<String> live(StorageDriver driver, Path own, int step, int status)
            throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin/java").toString());
        command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto"));
        command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-cp", classPath()));
        command.addAll(List.of(KilledSnapshots.class.getName(), driver.dockerName()));
        command.addAll(List.of(own.toString(), Integer.toString(step)));
        Path errors = own.resolve("errors");
        Process process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
        List<String> said =
                new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                        .lines()
                        .toList();
        assertThat(process.waitFor()).as(() -> said + read(errors)).isEqualTo(status);
        return said;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.getMessage();
        }
    }

    /** The modules under test too: they are on the module path here. */
    private static String classPath() {
        return String.join(
                ":",
                System.getProperty("java.class.path"),
                System.getProperty("jdk.module.path", ""),
                "target/test-classes");
    }
}
