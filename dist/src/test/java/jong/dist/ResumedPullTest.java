package jong.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** A pull that is cut short goes on where it stopped. */
@Tag("root")
@DisabledIfSystemProperty(named = "jong.test.peer", matches = ".+")
class ResumedPullTest {

    private static final int MEGABYTE = 1 << 20;

    /** Manifests, headers, and what is on its way when something is killed. */
    private static final int SLACK = MEGABYTE;

    @TempDir Path directory;
    private LocalRegistry registry;
    private StallingProxy proxy;
    private Engine engine;
    private Cli cli;
    private long wholePull;

    @BeforeEach
    void startAll() throws IOException {
        registry = LocalRegistry.start(Files.createDirectory(directory.resolve("registry")));
        Path archive = NoisyImages.archive(directory, "big:v1", 6 * MEGABYTE, 6 * MEGABYTE);
        registry.push(archive, "big:v1");
        proxy = new StallingProxy(registry.port());
        engine = Engine.fresh();
        cli = engine.cli(Client.DOCKER);
        cli.run("pull", name()).succeeded();
        wholePull = proxy.passed();
        cli.run("rmi", name()).succeeded();
        assertThat(wholePull).isGreaterThan(12 * MEGABYTE);
    }

    @AfterEach
    void stopAll() {
        proxy.close();
        engine.close();
        registry.close();
    }

    @Test
    void pullGoesOnAfterTheDaemonWasKilled() {
        long stop = proxy.passed() + wholePull * 2 / 3;
        proxy.limit(stop);
        try (var pull = cli.start("pull", name())) {
            awaitIngests(wholePull * 2 / 3 - SLACK);
            engine.kill();
            assertThat(pull.status()).isNotZero();
        }
        proxy.limit(Long.MAX_VALUE);
        engine.start();
        long before = proxy.passed();
        cli.run("pull", name()).succeeded();
        assertThat(proxy.passed() - before).isLessThan(wholePull / 3 + 2 * SLACK);
        assertWholeAndClean();
    }

    @Test
    void pullGoesOnAfterItsClientWentAway() {
        long stop = proxy.passed() + wholePull * 2 / 3;
        proxy.limit(stop);
        try (var pull = cli.start("pull", name())) {
            awaitIngests(wholePull * 2 / 3 - SLACK);
        }
        proxy.cut(); // What would still come on the old connections could not be told apart.
        proxy.limit(Long.MAX_VALUE);
        long before = proxy.passed();
        cli.run("pull", name()).succeeded();
        assertThat(proxy.passed() - before).isLessThan(wholePull / 3 + 2 * SLACK);
        assertWholeAndClean();
    }

    @Test
    void pullSurvivesACutConnection() {
        proxy.limit(proxy.passed() + wholePull / 2);
        long before = proxy.passed();
        try (var pull = cli.start("pull", name())) {
            awaitIngests(wholePull / 2 - SLACK);
            proxy.limit(Long.MAX_VALUE);
            proxy.cut();
            pull.expect("Downloaded newer image");
        }
        assertThat(proxy.passed() - before).isLessThan(wholePull + 2 * SLACK);
        assertWholeAndClean();
    }

    @Test
    void pruneGivesBackWhatAPullLeft() {
        proxy.limit(proxy.passed() + wholePull / 2);
        try (var pull = cli.start("pull", name())) {
            awaitIngests(wholePull / 2 - SLACK);
            engine.kill();
        }
        engine.start();
        assertThat(received()).isGreaterThan(MEGABYTE);
        cli.run("image prune -f").succeeded();
        assertThat(received()).isZero();
        proxy.limit(Long.MAX_VALUE);
    }

    private String name() {
        return "127.0.0.1:" + proxy.port() + "/big:v1";
    }

    private void assertWholeAndClean() {
        assertThat(new StoreState(engine).damage()).isEmpty();
        cli.run("rmi", name()).succeeded();
        assertThat(new StoreState(engine).files()).isEmpty();
    }

    /** Waits until the daemon has written so many bytes of content, whole or in part. */
    private void awaitIngests(long bytes) {
        var deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (received() < bytes) {
            assertThat(System.nanoTime()).as("received " + received()).isLessThan(deadline);
            Command.of("sleep", "0.05").run();
        }
    }

    private long received() {
        try (Stream<Path> files = Files.walk(engine.dataRoot().resolve("content"))) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> file.getFileName().toString().matches("[0-9a-f]{64}(\\.data)?"))
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        } catch (IOException | java.io.UncheckedIOException e) {
            return 0; // A file moved meanwhile.
        }
    }
}
