package jong.registry.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import jong.registry.server.storage.CollectionRules;
import jong.registry.server.storage.RegistryStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills a registry at random points of pushes, mounts, deletions, pulls and collections, three
 * clients at once. What was acknowledged must be there afterwards, byte for byte; when all is
 * deleted, a collection leaves not a file. The property {@code jong.test.kills} says how often,
 * {@code jong.test.seed} repeats a run as far as its timing repeats itself.
 */
@Timeout(value = 4, unit = TimeUnit.HOURS)
class KillTest {

    private static final int KILLS = Integer.getInteger("jong.test.kills", 4);
    private static final long SEED = Long.getLong("jong.test.seed", System.nanoTime());
    private static final int KILLS_PER_ROUND = 12;
    private static final int LONGEST_LIFE_MILLIS = 3000;

    @TempDir Path directory;
    private final Random random = new Random(SEED);

    @Test
    void whatWasAcknowledgedSurvivesAndNothingElseStays() throws Exception {
        int acknowledged = 0;
        for (int done = 0; done < KILLS; done += KILLS_PER_ROUND) {
            acknowledged += round(Math.min(KILLS_PER_ROUND, KILLS - done));
        }
        System.out.println("kills: " + KILLS + ", changes acknowledged: " + acknowledged);
        assertThat(acknowledged).isPositive();
    }

    private int round(int kills) throws Exception {
        Path root = Files.createTempDirectory(directory, "r");
        List<RegistryWork> works = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            works.add(new RegistryWork("w" + i, random.nextLong(), root));
        }
        works.forEach(work -> work.knows(works));
        for (int kill = 0; kill < kills; kill++) {
            workAndKill(root, works);
            if (random.nextBoolean()) {
                age(root); // Now the collector may take what nothing refers to.
            }
        }
        try (var registry = start(root)) {
            for (RegistryWork work : works) {
                work.verify(registry);
                work.removeAll(registry);
            }
        }
        checkNothingStays(root);
        return works.stream().mapToInt(RegistryWork::acknowledged).sum();
    }

    private RegistryProcess start(Path root) throws IOException, InterruptedException {
        return new RegistryProcess(root, directory.resolve("log"), "--delete", "--gc-grace", "1m");
    }

    private void workAndKill(Path root, List<RegistryWork> works) throws Exception {
        try (var registry = start(root);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (RegistryWork work : works) {
                work.verify(registry);
            }
            List<Future<?>> running = new ArrayList<>();
            for (RegistryWork work : works) {
                running.add(
                        threads.submit(
                                (Callable<?>)
                                        () -> {
                                            work.run(registry);
                                            return work;
                                        }));
            }
            Thread.sleep(random.nextInt(LONGEST_LIFE_MILLIS));
            registry.close();
            for (Future<?> work : running) {
                work.get();
            }
        } catch (Exception | AssertionError e) {
            throw new AssertionError(
                    "seed " + SEED + "\n" + Files.readString(directory.resolve("log")), e);
        }
    }

    /** As if all had been done two hours ago. */
    private static void age(Path root) throws IOException {
        var then = FileTime.from(Instant.now().minus(Duration.ofHours(2)));
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.toList()) {
                Files.setLastModifiedTime(file, then);
            }
        }
    }

    private static void checkNothingStays(Path root) throws IOException {
        var all = new CollectionRules(Duration.ZERO, false, Duration.ZERO, Duration.ZERO);
        age(root);
        try (RegistryStore store = RegistryStore.open(root)) {
            store.collector().collect(all);
        }
        try (Stream<Path> files = Files.walk(root.resolve("docker"))) {
            assertThat(files.filter(Files::isRegularFile)).as("seed " + SEED).isEmpty();
        }
        assertThat(root.resolve("docker/registry/v2/blobs")).isEmptyDirectory();
    }
}
