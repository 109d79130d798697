package jong.manager.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import jong.linux.mounts.MountFlag;
import jong.linux.mounts.Mounts;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.JDBC;

class MetadataStoreTest {

    @TempDir Path directory;

    @Test
    void entriesSurviveCloseAndOpen() {
        try (var store = open()) {
            store.bucket("a").put("k", value(1));
            store.bucket("a").put("k", value(2));
            store.bucket("b").put("k", value(3));
            store.bucket("a").put("gone", value(4));
            assertThat(store.bucket("a").remove("gone")).isTrue();
            assertThat(store.bucket("a").remove("gone")).isFalse();
        }
        try (var store = open()) {
            assertThat(store.bucket("a").entries()).containsOnlyKeys("k");
            assertThat(store.bucket("a").get("k")).contains(value(2));
            assertThat(store.bucket("b").get("k")).contains(value(3));
            assertThat(store.bucket("c").get("k")).isEmpty();
        }
    }

    @Test
    void failedTransactionKeepsNothing() {
        try (var store = open()) {
            Bucket bucket = store.bucket("a");
            bucket.put("old", value(1));
            assertThatThrownBy(() ->
                            store.transaction(() -> {
                                bucket.remove("old");
                                store.transaction(() -> bucket.put("n", value(2)));
                                throw new IllegalStateException("stop");
                            }))
                    .hasMessage("stop");
            assertThat(bucket.entries()).containsOnlyKeys("old");
            store.transaction(() -> bucket.put("new", value(3)));
            assertThat(bucket.entries()).containsOnlyKeys("new", "old");
        }
    }

    @Test
    void keysAreFoundByWhatTheirObjectsSay() {
        try (var store = open()) {
            store.bucket("other").put("k", new JsonObject().with("parent", "a"));
            Bucket bucket = store.bucket("snapshots", "parent");
            bucket.put("k2", new JsonObject().with("parent", "a"));
            bucket.put("k1", new JsonObject().with("parent", "a").with("n", 1L));
            bucket.put("k3", new JsonObject().with("parent", "b"));
            bucket.put("k4", value(1));
            assertThat(bucket.keysWith("parent", "a")).containsExactly("k1", "k2");
            assertThat(store.bucket("other").keysWith("parent", "a")).containsExactly("k");
            bucket.put("k1", value(1));
            bucket.remove("k2");
            assertThat(bucket.keysWith("parent", "a")).isEmpty();
        }
    }

    @Test
    void findingKeysReadsNoOtherObjects() throws Exception {
        try (var store = open()) {
            assertThat(store.bucket("snapshots", "parent").entries()).isEmpty();
        }
        String query = "EXPLAIN QUERY PLAN " + MetadataStore.keysWith("snapshots", "parent");
        String file = "jdbc:sqlite:" + directory.resolve("metadata.db");
        try (var connection = JDBC.createConnection(file, new Properties());
                var statement = connection.prepareStatement(query);
                var rows = statement.executeQuery()) {
            assertThat(rows.next()).isTrue();
            assertThat(rows.getString("detail"))
                    .startsWith("SEARCH entries USING ")
                    .contains("snapshots.parent");
        }
    }

    @Test
    void fileThatIsNoDatabaseIsRefusedByName() throws Exception {
        Files.writeString(directory.resolve("metadata.db"), "not a database ".repeat(100));
        assertThatThrownBy(this::open)
                .isInstanceOf(StatusException.Internal.class)
                .hasMessageContaining("cannot open metadata " + directory);
    }

    @Test
    void whatWasAcknowledgedSurvivesKill() throws Exception {
        Process writer =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                                "-cp",
                                classPath(),
                                Endless.class.getName(),
                                directory.resolve("metadata.db").toString())
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        int acknowledged = 0;
        try (var lines = writer.inputReader()) {
            while (acknowledged < 50) {
                acknowledged = Integer.parseInt(lines.readLine());
            }
            // By its handle: Process.destroyForcibly would close the pipe we still read from.
            writer.toHandle().destroyForcibly();
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                acknowledged = Integer.parseInt(line);
            }
        } finally {
            writer.destroyForcibly();
            assertThat(writer.waitFor(30, TimeUnit.SECONDS)).isTrue();
        }
        try (var store = open()) {
            for (int i = 0; i <= acknowledged; i++) {
                assertThat(store.bucket("a").get("k" + i)).contains(value(i));
                assertThat(store.bucket("b").get("k" + i)).contains(value(i));
            }
        }
    }

    @Test
    @Tag("root")
    void onAFullDiskItOpensAndChanges() throws Exception {
        Path small = Files.createDirectory(directory.resolve("small"));
        Mounts.mount("tmpfs", small, "tmpfs", Set.<MountFlag>of(), "size=32m");
        try {
            Path file = small.resolve("metadata.db");
            try (var store = MetadataStore.open(file)) {
                store.bucket("a").put("k", value(1));
                store.bucket("a").put("gone", value(2));
            }
            fill(small);
            for (int start = 0; start < 3; start++) { // Each finds what the last has given back.
                try (var store = MetadataStore.open(file)) {
                    assertThat(store.bucket("a").remove("gone")).isTrue();
                    store.bucket("a").put("gone", value(3));
                }
            }
            fill(small);
            try (var store = MetadataStore.open(file)) {
                assertThat(store.bucket("a").entries()).containsOnlyKeys("gone", "k");
            }
        } finally {
            Mounts.unmount(small);
        }
    }

    /** Takes all space that is left. */
    private static void fill(Path disk) throws IOException {
        Path file = Files.createTempFile(disk, "fill", "");
        try (var out = Files.newOutputStream(file)) {
            while (true) {
                out.write(new byte[4096]);
            }
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("No space left on device");
        }
    }

    /** Writes pairs until it is killed, and says each number once it is stored. */
    static final class Endless {

        private Endless() {}

        public static void main(String[] arguments) {
            try (var store = MetadataStore.open(Path.of(arguments[0]))) {
                for (int i = 0; ; i++) {
                    JsonObject value = value(i);
                    String key = "k" + i;
                    store.transaction(() -> {
                        store.bucket("a").put(key, value);
                        store.bucket("b").put(key, value);
                    });
                    System.out.println(i);
                    System.out.flush();
                }
            }
        }
    }

    /** The tests run as a module; the child takes the same files as a class path. */
    private static String classPath() {
        return String.join(
                ":",
                System.getProperty("jdk.module.path", ""),
                System.getProperty("java.class.path", ""),
                Path.of("target/test-classes").toAbsolutePath().toString());
    }

    private MetadataStore open() {
        return MetadataStore.open(directory.resolve("metadata.db"));
    }

    private static JsonObject value(int number) {
        return new JsonObject().with("n", (long) number);
    }
}
