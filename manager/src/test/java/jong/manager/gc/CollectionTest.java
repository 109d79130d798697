package jong.manager.gc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import jong.manager.images.DockerRegistry;
import jong.manager.images.Layout;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Pulls, loads, tags, removes, prunes and containers at random, all at once and beside collections,
 * in a process that is killed again and again ({@link CollectionWorkload}). What it acknowledged is
 * there when it starts the next time, and at the end nothing is left over.
 */
@Tag("root")
class CollectionTest {

    private static final int LIVES = 5;
    private static final int LONGEST_LIFE_MILLIS = 2500;

    @TempDir Path directory;

    @Test
    void nothingReferredToIsLostAndNothingElseStays() throws Exception {
        long seed = Long.getLong("jong.test.seed", System.nanoTime());
        var random = new Random(seed);
        try (var registry = DockerRegistry.start(directory, "")) {
            List<Path> archives = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                Layout layout = layout(i);
                registry.push(layout.path, "app" + i + ":v1");
                archives.add(archive(layout.path, i));
            }
            Set<String> acknowledged = new TreeSet<>();
            for (int life = 0; life < LIVES; life++) {
                boolean last = life == LIVES - 1;
                int millis = 600 + random.nextInt(LONGEST_LIFE_MILLIS);
                acknowledged = live(registry, acknowledged, random.nextLong(), last ? 0 : millis);
                assertThat(archives).isNotEmpty();
            }
            assertThat(acknowledged).as("of seed " + seed).containsExactly("clean");
        }
    }

    /**
     * One life of the process.
     *
     * @param acknowledged what must be there
     * @param millis when it is killed; 0 to let it remove everything and end by itself
     * @return what it acknowledged and did not take back
     */
    private Set<String> live(
            DockerRegistry registry, Set<String> acknowledged, long seed, int millis)
            throws Exception {
        Path expected = Files.write(directory.resolve("expected"), acknowledged);
        Path errors = directory.resolve("errors");
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "--enable-native-access=ALL-UNNAMED",
                                "-Djong.test.storage="
                                        + System.getProperty("jong.test.storage", ""),
                                "-cp",
                                classPath(),
                                CollectionWorkload.class.getName(),
                                directory.toString(),
                                registry.domain(),
                                Long.toString(seed),
                                expected.toString(),
                                millis == 0 ? "end" : "work")
                        .redirectError(errors.toFile())
                        .start();
        Set<String> said = new TreeSet<>();
        try (var lines =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            String line = lines.readLine();
            assertThat(line).as(Files.readString(errors)).isEqualTo("found all");
            if (millis > 0) {
                Thread.ofVirtual().start(() -> killAfter(process, millis));
            }
            for (line = lines.readLine(); line != null; line = lines.readLine()) {
                note(line, said);
            }
        }
        int status = process.waitFor();
        assertThat(status).as(Files.readString(errors)).isEqualTo(millis == 0 ? 0 : 137);
        return said;
    }

    /** Of a name, what was said last counts; a line that begins a change makes it unknown. */
    private static void note(String line, Set<String> said) {
        String name = line.substring(1);
        switch (line.charAt(0)) {
            case '+' -> said.add(name);
            case '?' -> said.remove(name);
            case '=' -> said.add(name);
            default -> throw new AssertionError("unexpected line: " + line);
        }
    }

    private static void killAfter(Process process, int millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        // Not Process.destroyForcibly(), which closes the stream that is being read.
        process.toHandle().destroyForcibly();
    }

    private Layout layout(int number) throws IOException {
        var noise = new StringBuilder();
        var random = new Random(number);
        for (int i = 0; i < 200_000; i++) {
            noise.append((char) ('!' + random.nextInt(90)));
        }
        return new Layout(
                directory.resolve("layout" + number),
                List.of(List.of("shared=1"), List.of("own=" + noise), List.of("top=" + number)));
    }

    private Path archive(Path layout, int number) throws Exception {
        Path archive = directory.resolve("archive" + number + ".tar");
        Process tar =
                new ProcessBuilder("tar", "-cf", archive.toString(), "-C", layout.toString(), ".")
                        .start();
        assertThat(tar.waitFor()).isZero();
        return archive;
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
