package jong.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills the daemon at random points of pull, load, push, commit, tag, create, rm, rmi and prune.
 *
 * <p>Afterwards the store is sound, nothing that was acknowledged is lost, and once all is removed
 * not a file is left. The property {@code jong.test.kills} says how often, {@code jong.test.seed}
 * repeats a run as far as its timing repeats itself; docs/testing.md has the command.
 */
@Tag("root")
@DisabledIfSystemProperty(named = "jong.test.peer", matches = ".+")
class KillTest {

    private static final int KILLS = Integer.getInteger("jong.test.kills", 6);
    private static final long SEED = Long.getLong("jong.test.seed", System.nanoTime());
    private static final int KILLS_BETWEEN_CLEARANCES = 12;

    /** With this about half of the commands come to their end, however fast the machine is. */
    private static final int LIFE_FACTOR = 3;

    private static final int NOISE = 3 << 20;

    @TempDir Path directory;

    @Test
    @Timeout(value = 4, unit = TimeUnit.HOURS)
    void noDeathLosesWhatWasAcknowledgedOrLeavesAnythingBehind() throws Exception {
        System.out.println("kills: " + KILLS + ", seed: " + SEED);
        var random = new Random(SEED);
        try (var registry = LocalRegistry.start(Files.createDirectory(directory.resolve("r")));
                var engine = Engine.fresh()) {
            List<Path> archives = archives();
            List<String> pulls = new ArrayList<>();
            for (int i = 0; i < archives.size(); i++) {
                registry.push(archives.get(i), "app" + i + ":v1");
                pulls.add(registry.name("app" + i) + ":v1");
            }
            var images = new KillModel();
            var containers = new KillModel();
            var tally = new TreeMap<String, Integer>();
            int longestLife = 0;
            for (int kill = 1; kill <= KILLS; kill++) {
                var round =
                        new KillRound(
                                engine, random, registry, pulls, archives, images, containers);
                try {
                    if (kill % KILLS_BETWEEN_CLEARANCES == 1) { // Nothing is there yet.
                        longestLife = LIFE_FACTOR * round.measure();
                    }
                    round.run(longestLife);
                    round.outcomes().forEach(outcome -> tally.merge(outcome, 1, Integer::sum));
                    assertThat(new StoreState(engine).damage()).isEmpty();
                    round.runSomething();
                    if (kill % KILLS_BETWEEN_CLEARANCES == 0 || kill == KILLS) {
                        clear(engine, images, containers);
                    }
                } catch (AssertionError e) {
                    throw new AssertionError(
                            "after kill %d of seed %d: %s%n%s%n%s"
                                    .formatted(
                                            kill,
                                            SEED,
                                            e.getMessage(),
                                            String.join("\n", round.log()),
                                            engine.log()),
                            e);
                }
            }
            System.out.println("commands that succeeded (+) or did not (-): " + tally);
        }
    }

    /** Images that share their lower layers, as pulled and loaded ones do. */
    private List<Path> archives() throws IOException {
        Path shared = NoisyImages.layer(directory, "shared", NOISE);
        List<Path> archives = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            Path own = NoisyImages.layer(directory, "own" + i, NOISE);
            Path top = NoisyImages.layer(directory, "top" + i, 10_000);
            archives.add(NoisyImages.archive(directory, "loaded:" + i, shared, own, top));
        }
        return archives;
    }

    /** Removes all, after which nothing may be left. */
    private static void clear(Engine engine, KillModel images, KillModel containers) {
        engine.removeContainers();
        new Leftovers(engine).assertNone();
        var cli = engine.cli(Client.DOCKER);
        cli.run("image prune -af").succeeded();
        assertThat(cli.run("images -aq").succeeded().lines()).isEmpty();
        assertThat(new StoreState(engine).files()).isEmpty();
        assertThat(new StoreState(engine).damage()).isEmpty();
        for (KillModel model : List.of(images, containers)) {
            model.doubt(model.present());
        }
        images.compare("images", Set.of());
        containers.compare("containers", Set.of());
    }
}
