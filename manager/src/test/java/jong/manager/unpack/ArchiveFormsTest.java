package jong.manager.unpack;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import jong.linux.files.Directory;
import jong.linux.files.Stat;
import jong.manager.tar.TarBytes;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How the forms of tar's headers tell names, numbers and kinds of files. */
@Tag("root")
class ArchiveFormsTest {

    @TempDir Path layer;

    @Test
    void globalHeadersAreIgnored() throws Exception {
        apply(new TarBytes().pax('g', "path", "evil", "uid", "7", "comment", "x").file("f", "1"));
        assertThat(layer.toFile().list()).containsExactly("f");
        assertThat(Files.getAttribute(layer.resolve("f"), "unix:uid")).isEqualTo(0);
    }

    @Test
    void paxOverridesGnuLongNamesAndTheHeader() throws Exception {
        String name = "n".repeat(200);
        apply(
                new TarBytes()
                        .entry('L', "././@LongLink", "", "from-gnu\0".getBytes(UTF_8))
                        .pax(
                                'x',
                                "path",
                                name,
                                "uid",
                                "2097152",
                                "gid",
                                "4294967294",
                                "mtime",
                                "1.5")
                        .file("from-header", "1")
                        .entry('K', "././@LongLink", "", "target\0".getBytes(UTF_8))
                        .entry('L', "././@LongLink", "", "gnu\0".getBytes(UTF_8))
                        .symlink("header", "short"));
        try (var root = Directory.open(layer)) {
            Stat stat = root.stat(name);
            assertThat(stat.uid()).isEqualTo(2097152);
            assertThat(stat.gid()).as("as unsigned").isEqualTo(-2);
            assertThat(stat.modificationTimeNanos()).isEqualTo(1_500_000_000L);
            assertThat(root.readSymlink("gnu")).isEqualTo("target");
        }
    }

    @ParameterizedTest
    @CsvSource({"./a, a", "/a, a", ".//b/./c, b/c", "b/../c, c", "///x///y, x/y"})
    void namesAreCleaned(String name, String place) throws Exception {
        apply(new TarBytes().file(name, "text"));
        assertThat(layer.resolve(place)).hasContent("text");
    }

    @Test
    void oldArchivesMarkDirectoriesByTheirNames() throws Exception {
        byte[] v7 = TarBytes.with(TarBytes.header('\0', "d/", "", 0), 257, "\0".repeat(8));
        apply(new TarBytes().entry(v7, new byte[0]).entry('\0', "d/f", "", new byte[] {'1'}));
        assertThat(layer.resolve("d/f")).hasContent("1");
    }

    @Test
    void aFileIsAFileWhateverItsNameEndsWith() throws Exception {
        apply(new TarBytes().file("f/", "text").file("g", "next"));
        assertThat(layer.resolve("f")).hasContent("text");
        assertThat(layer.resolve("g")).hasContent("next");
    }

    @Test
    void dataOfOldDirectoriesIsPassedOver() throws Exception {
        apply(new TarBytes().entry('\0', "d/", "", new byte[700]).file("d/f", "next"));
        assertThat(layer.resolve("d/f")).hasContent("next");
    }

    @Test
    void numbersMayBeBinary() throws Exception {
        byte[] header = TarBytes.header('0', "f", "", 0);
        header = TarBytes.with(header, 108, "\200\0\0\0\0\60\0\0"); // 0x300000
        header = TarBytes.with(header, 124, "\200\0\0\0\0\0\0\0\0\0\0\3");
        header = TarBytes.with(header, 136, "\377".repeat(12)); // One second before 1970.
        apply(new TarBytes().entry(header, new byte[] {'1', '2', '3'}));
        try (var root = Directory.open(layer)) {
            assertThat(root.stat("f").uid()).isEqualTo(0x300000);
            assertThat(root.stat("f").modificationTimeNanos()).isEqualTo(-1_000_000_000L);
        }
        assertThat(layer.resolve("f")).hasContent("123");
    }

    private void apply(TarBytes archive) throws IOException {
        LayerUnpacker.unpack(new ByteArrayInputStream(archive.end()), layer, true);
    }
}
