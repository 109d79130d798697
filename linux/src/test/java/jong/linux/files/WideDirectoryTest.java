package jong.linux.files;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import jong.linux.Errno;
import jong.linux.ErrnoException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Directories whose names alone are more than the process has memory. */
class WideDirectoryTest {

    /** Their names take 6 MiB of the heap and more. */
    private static final int MANY = 16_000;

    private static final int HEAP_MIB = 6;

    @TempDir Path temporary;

    /** What runs in a process of its own, with a small heap. */
    static final class SmallProcess {

        private SmallProcess() {}

        public static void main(String... arguments) throws Exception {
            try (var parent = Directory.open(Path.of(arguments[1]))) {
                if (arguments[0].equals("remove")) {
                    parent.removeTree("wide");
                    return;
                }
                try (var wide = parent.openDirectory("wide", OpenHow.directory())) {
                    wide.listing().close();
                } catch (ErrnoException e) {
                    System.out.println(e.getMessage());
                }
            }
        }
    }

    @Test
    void namesAreReadSomeAtATimeAndEachOnce() throws Exception {
        Files.createDirectory(temporary.resolve("d"));
        for (int i = 0; i < 1000; i++) {
            Files.createFile(temporary.resolve("d").resolve("file-" + i));
        }
        var names = new ArrayList<String>();
        try (var directory = Directory.open(temporary.resolve("d"));
                var reader = new DirectoryReader()) {
            for (var some = reader.next(directory); !some.isEmpty(); ) {
                assertThat(some).hasSizeLessThan(200);
                some.forEach(entry -> names.add(entry.name()));
                some = reader.next(directory);
            }
        }
        assertThat(names).hasSize(1000);
        assertThat(new HashSet<>(names)).hasSize(1000);
    }

    @Test
    void manyDirectoriesInOneAreRemovedWithTheirFiles() throws Exception {
        for (int i = 0; i < 2000; i++) {
            Path directory = Files.createDirectories(temporary.resolve("wide/d" + i + "/e"));
            Files.createFile(directory.resolve("f"));
        }
        try (var parent = Directory.open(temporary)) {
            parent.removeTree("wide");
        }
        assertThat(temporary).isEmptyDirectory();
    }

    @Test
    void aDirectoryIsRemovedInLessMemoryThanItsNamesTake() throws Exception {
        makeWide();
        assertThat(inSmallProcess("remove")).isEmpty();
        assertThat(temporary).isEmptyDirectory();
    }

    @Test
    void aListingThatTakesTooMuchMemoryIsRefused() throws Exception {
        makeWide();
        assertThat(inSmallProcess("list"))
                .contains("wide: too many files to hold their names in memory");
    }

    @Test
    void whatListingsHoldIsCountedTogetherUntilTheyAreClosed() throws Exception {
        Path wide = Files.createDirectory(temporary.resolve("wide"));
        for (int i = 0; i < 1000; i++) {
            Files.createFile(wide.resolve(Integer.toString(i)));
        }
        List<DirectoryListing> open = new ArrayList<>();
        try (var directory = Directory.open(wide)) {
            long most = DirectoryListing.MOST_BYTES / 120_000 + 1;
            assertThatThrownBy(
                            () -> {
                                for (long i = 0; i < most; i++) {
                                    open.add(directory.listing());
                                }
                            })
                    .isInstanceOfSatisfying(
                            ErrnoException.class,
                            e -> assertThat(e.errno()).isEqualTo(Errno.ENOMEM));
            open.forEach(DirectoryListing::close);
            assertThat(directory.list()).hasSize(1000);
        }
    }

    private void makeWide() throws Exception {
        Path wide = Files.createDirectory(temporary.resolve("wide"));
        for (int i = 0; i < MANY; i++) {
            Files.createFile(wide.resolve("%0250d".formatted(i)));
        }
    }

    /** What it printed. */
    private String inSmallProcess(String what) throws Exception {
        String classes = location(Directory.class) + File.pathSeparator + location(getClass());
        var process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                                "-Xmx" + HEAP_MIB + "m",
                                "-XX:+UseSerialGC",
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                classes,
                                SmallProcess.class.getName(),
                                what,
                                temporary.toString())
                        .redirectErrorStream(true)
                        .start();
        return new String(process.getInputStream().readAllBytes(), UTF_8);
    }

    private static String location(Class<?> type) throws Exception {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
    }
}
