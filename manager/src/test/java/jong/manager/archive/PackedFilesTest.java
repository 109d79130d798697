package jong.manager.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import jong.linux.ErrnoException;
import jong.linux.files.Directory;
import jong.manager.tar.TarEntry;
import jong.manager.tar.TarReader;
import jong.manager.unpack.Trees;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Archives of trees with files that cannot be packed. */
@Tag("root")
class PackedFilesTest {

    /** Has a file {@code uevent} that nobody may read. */
    private static final Path UNREADABLE = Path.of("/sys/bus/cpu");

    /** Has a file {@code speed} that can be opened, and not be read. */
    private static final Path FAILING = Path.of("/sys/devices/virtual/net/lo");

    @TempDir Path temporary;

    @Test
    void whatCannotBeOpenedIsLeftOutAndTheRestIsThere() throws Exception {
        assertThat(names(allOf(UNREADABLE)))
                .contains("devices/", "drivers_autoprobe")
                .doesNotContain("uevent");
    }

    @Test
    void whatNoReaderWouldTakeIsLeftOutWithAllBelowIt() throws Exception {
        Path small = Files.createDirectory(temporary.resolve("small"));
        Trees.run("mount", "-t", "tmpfs", "tmpfs", small.toString());
        try {
            Path large = Files.createDirectory(small.resolve("a"));
            Files.createFile(large.resolve("below"));
            Files.createFile(small.resolve("b"));
            for (int i = 0; i < 20; i++) {
                Trees.setAttribute(large, "trusted." + i, new byte[60_000]);
            }
            assertThat(names(allOf(small))).containsExactly("b");
        } finally {
            Trees.run("umount", small.toString());
        }
    }

    @Test
    void anArchiveThatFailsHalfWayHasNoEnd() throws Exception {
        var all = new ByteArrayOutputStream();
        var one = new ByteArrayOutputStream();
        try (Directory root = Directory.open(FAILING)) {
            assertThatThrownBy(() -> new RootFiles(root).writeAll(all))
                    .isInstanceOf(ErrnoException.class);
            assertThatThrownBy(() -> new RootFiles(root).write("/", one))
                    .isInstanceOf(ErrnoException.class);
        }
        assertThat(all.toByteArray())
                .satisfies(PackedFilesTest::hasNoEnd)
                .hasSizeGreaterThan(10_000);
        assertThat(one.toByteArray())
                .satisfies(PackedFilesTest::hasNoEnd)
                .hasSizeGreaterThan(10_000);
    }

    @Test
    void whatLiesDeeperThanPathsReachIsLeftOut() throws Exception {
        Trees.withDeep(
                temporary,
                3000,
                () -> {
                    Files.createFile(temporary.resolve("z"));
                    assertThat(names(allOf(temporary)))
                            .contains("d/", "z")
                            .hasSize(2048 + 1)
                            .allMatch(name -> name.length() <= 4096);
                });
    }

    private static void hasNoEnd(byte[] archive) {
        byte[] last = Arrays.copyOfRange(archive, archive.length - 1024, archive.length);
        assertThat(last).isNotEqualTo(new byte[1024]);
    }

    private static byte[] allOf(Path tree) throws Exception {
        var out = new ByteArrayOutputStream();
        try (Directory root = Directory.open(tree)) {
            new RootFiles(root).writeAll(out);
        }
        return out.toByteArray();
    }

    private static List<String> names(byte[] archive) throws Exception {
        var in = new ByteArrayInputStream(archive);
        List<String> names = new ArrayList<>();
        var tar = new TarReader(in);
        for (TarEntry entry = tar.next(); entry != null; entry = tar.next()) {
            names.add(entry.name());
        }
        return names;
    }
}
