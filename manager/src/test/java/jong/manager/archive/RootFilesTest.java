package jong.manager.archive;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.zip.GZIPOutputStream;
import jong.linux.files.Directory;
import jong.manager.tar.TarEntry;
import jong.manager.tar.TarReader;
import jong.manager.tar.TarWriter;
import jong.manager.unpack.Trees;
import jong.wire.status.StatusException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("root")
class RootFilesTest {

    private static final Extraction PLAIN = new Extraction(false, Optional.empty());
    private static final int RACES = 300;

    @TempDir Path temporary;
    private Path tree;
    private Path outside;
    private Directory root;
    private RootFiles files;

    @BeforeEach
    void makeTree() throws Exception {
        tree = Files.createDirectory(temporary.resolve("tree"));
        outside = Files.createDirectory(temporary.resolve("outside"));
        Files.writeString(outside.resolve("secret"), "secret");
        Files.createDirectories(tree.resolve("d/sub"));
        Files.writeString(tree.resolve("d/f"), "hi\n");
        Files.createSymbolicLink(tree.resolve("ld"), Path.of("/d"));
        Files.createSymbolicLink(tree.resolve("d/lf"), Path.of("f"));
        Files.createSymbolicLink(tree.resolve("d/broken"), Path.of("nope"));
        Files.createSymbolicLink(tree.resolve("out"), outside);
        Files.createSymbolicLink(tree.resolve("up"), Path.of("../../../../.."));
        root = Directory.open(tree);
        files = new RootFiles(root);
    }

    @AfterEach
    void closeRoot() {
        root.close();
    }

    @ParameterizedTest
    @CsvSource({
        "/, /, ''",
        "/d, d, ''",
        "/d/., ., ''",
        "/ld, ld, /d",
        "/ld/, ld, ''",
        "d/lf, lf, /d/f",
        "/d/broken, broken, /d/nope",
        "/ld/lf, lf, /d/f",
        "/up, up, /",
    })
    void statTellsNameAndWhereALinkLeads(String path, String name, String target) throws Exception {
        PathStat stat = files.stat(path);
        assertThat(stat.name()).isEqualTo(name);
        assertThat(stat.linkTarget()).isEqualTo(target);
    }

    @Test
    void missingFilesAreNotFoundAndFilesAreNoDirectories() {
        assertThatThrownBy(() -> files.stat("/nope")).isInstanceOf(StatusException.NotFound.class);
        assertThatThrownBy(() -> files.stat("/d/f/x"))
                .isInstanceOf(StatusException.Internal.class)
                .hasMessage("lstat /d/f/x: not a directory");
        assertThatThrownBy(() -> files.directory("/d/f"))
                .hasMessage("extraction point is not a directory");
        assertThatThrownBy(() -> files.stat("/out/secret"))
                .isInstanceOf(StatusException.NotFound.class);
    }

    @ParameterizedTest
    @CsvSource({
        "/d, d/ d/broken d/f d/lf d/sub/",
        "/ld/, ld/ ld/broken ld/f ld/lf ld/sub/",
        "/d/., ./ ./broken ./f ./lf ./sub/",
        "/ld, ld",
        "/d/f, f",
        "/d/sub, sub/",
    })
    void archivesAreNamedByTheLastPartOfThePath(String path, String names) throws Exception {
        assertThat(names(path)).containsExactly(names.split(" "));
    }

    @Test
    void namesInTheArchiveOfTheRootBeginWithASlash() throws Exception {
        assertThat(names("/")).startsWith("/", "/d/", "/d/broken");
    }

    @Test
    void entriesReplaceFilesAndMergeDirectories() throws Exception {
        extract("/d", file("f", "new"), TarEntry.directory("sub", 0), file("sub/deep/g", "g"));
        assertThat(tree.resolve("d/f")).hasContent("new");
        assertThat(tree.resolve("d/lf")).isSymbolicLink();
        assertThat(tree.resolve("d/sub/deep/g")).hasContent("g");
    }

    @Test
    void kindsAreKeptOnDemand() {
        var keeping = new Extraction(true, Optional.empty());
        assertThatThrownBy(() -> extract("/d", keeping, file("sub", "x")))
                .hasMessage("cannot overwrite directory \"/d/sub\" with non-directory \"/d\"");
        assertThatThrownBy(() -> extract("/d", keeping, TarEntry.directory("f", 0)))
                .hasMessage("cannot overwrite non-directory \"/d/f\" with directory \"/d\"");
    }

    @Test
    void allFilesBelongToTheOwnerGiven() throws Exception {
        var owned = new Extraction(false, Optional.of(new Extraction.Owner(1000, 1001)));
        extract("/d", owned, file("owned", ""), TarEntry.directory("dir", 0));
        for (String name : List.of("owned", "dir")) {
            Path path = tree.resolve("d").resolve(name);
            assertThat(Files.getAttribute(path, "unix:uid")).isEqualTo(1000);
            assertThat(Files.getAttribute(path, "unix:gid")).isEqualTo(1001);
        }
    }

    @ParameterizedTest
    @CsvSource({"../up, ../up", "a/../../../up, ../../up"})
    void namesThatLeaveTheDirectoryAreRefused(String name, String shown) {
        assertThatThrownBy(() -> extract("/d", file(name, "x")))
                .hasMessage("\"" + shown + "\" is outside of \"/d\"");
    }

    @Test
    void linksThatLeaveTheDirectoryAreRefused() {
        assertThatThrownBy(() -> extract("/d", link(TarEntry.Type.SYMLINK, "s", "../../etc")))
                .hasMessage("invalid symlink \"/d/s\" -> \"../../etc\"");
        assertThatThrownBy(() -> extract("/d", link(TarEntry.Type.HARD_LINK, "h", "../x/secret")))
                .hasMessage("invalid hardlink \"/x/secret\" -> \"../x/secret\"");
    }

    @Test
    void timesOfDirectoriesAreKeptUnlessTheyWereReplaced() throws Exception {
        extract(
                "/",
                TarEntry.directory("a", 1_000_000_000L),
                TarEntry.directory("a/b", 2_000_000_000L),
                TarEntry.directory("a.b", 3_000_000_000L),
                TarEntry.directory("a0", 4_000_000_000L),
                file("a", "no directory any more"),
                file("a.b/f", ""));
        assertThat(tree.resolve("a")).isRegularFile();
        assertThat(tree.resolve("a.b").toFile().lastModified()).isEqualTo(3000);
        assertThat(tree.resolve("a0").toFile().lastModified()).isEqualTo(4000);
    }

    @Test
    void aDeepTreeIsReplacedAndADeeperOneIsRefused() throws Exception {
        Trees.withDeep(
                tree.resolve("d/sub"),
                1500,
                () -> {
                    extract("/d", file("sub", "flat"));
                    assertThat(tree.resolve("d/sub")).hasContent("flat");
                });
        Path deeper = Files.createDirectory(tree.resolve("deeper"));
        Trees.withDeep(
                deeper,
                3000,
                () ->
                        assertThatThrownBy(() -> extract("/", file("deeper", "flat")))
                                .hasMessage("unlinkat /deeper: file name too long"));
    }

    @Test
    void decompressorsLeaveNoMemoryBehind() throws Exception {
        var plain = new ByteArrayOutputStream();
        try (var tar = new TarWriter(plain)) {
            tar.write(TarEntry.directory("d", 0));
        }
        var compressed = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(compressed)) {
            plain.writeTo(gzip);
        }
        extractOften(compressed.toByteArray(), 20);
        long before = residentKilobytes();
        extractOften(compressed.toByteArray(), 1000);
        // A decompressor of ISA-L has 576 KiB.
        assertThat(residentKilobytes() - before).isLessThan(200 * 1024);
    }

    private void extractOften(byte[] archive, int times) throws Exception {
        for (int i = 0; i < times; i++) {
            files.extract("/", new ByteArrayInputStream(archive), PLAIN);
        }
    }

    private static long residentKilobytes() throws Exception {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                .sum();
    }

    @Test
    void symlinksInTheTreeLeadNowhereOutside() throws Exception {
        extract("/", file("up/from-above", "x"), file("d/../absolute", "x"));
        assertThat(tree.resolve("from-above")).hasContent("x");
        Files.createDirectories(tree.resolve(outside.toString().substring(1)));
        extract("/", link(TarEntry.Type.SYMLINK, "abs", outside.toString()), file("abs/new", "x"));
        assertThat(outside.toFile().list()).containsExactly("secret");
        assertThat(tree.resolve(outside.toString().substring(1)).resolve("new")).hasContent("x");
    }

    @Test
    void symlinksSwappedMeanwhileLeadNowhereOutside() throws Exception {
        // The attack of CVE-2018-15664: a directory that is a symlink to the host at times.
        var done = new AtomicBoolean();
        Files.createDirectories(tree.resolve("swap"));
        Files.writeString(tree.resolve("swap/secret"), "harmless");
        Thread attacker = Thread.ofPlatform().start(() -> swap(done));
        try {
            for (int i = 0; i < RACES; i++) {
                attempt(() -> extract("/swap", file("planted", "x"), file("d/planted", "x")));
                attempt(() -> extract("/", file("swap/planted", "x")));
                attempt(() -> assertThat(contents("/swap/")).doesNotContain("secret"));
                attempt(() -> assertThat(contents("/swap/secret")).doesNotContain("secret"));
            }
        } finally {
            done.set(true);
            attacker.join();
        }
        assertThat(outside.toFile().list()).containsExactly("secret");
        assertThat(outside.resolve("secret")).hasContent("secret");
    }

    /** Something that may fail, as the tree changes under its hands. */
    private interface Attempt {
        void run() throws Exception;
    }

    private static void attempt(Attempt attempt) throws Exception {
        try {
            attempt.run();
        } catch (IOException | StatusException e) {
            assertThat(e).isNotNull(); // That it found nothing there is an answer, too.
        }
    }

    private void swap(AtomicBoolean done) {
        try (Directory own = Directory.open(tree)) {
            while (!done.get()) {
                own.exchange("swap", own, "out");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<String> names(String path) throws Exception {
        List<String> names = new ArrayList<>();
        var tar = new TarReader(archive(path));
        for (TarEntry entry = tar.next(); entry != null; entry = tar.next()) {
            names.add(entry.name());
        }
        return names;
    }

    private List<String> contents(String path) throws Exception {
        List<String> contents = new ArrayList<>();
        var tar = new TarReader(archive(path));
        while (tar.next() != null) {
            contents.add(new String(tar.content().readAllBytes(), UTF_8));
        }
        return contents;
    }

    private ByteArrayInputStream archive(String path) throws Exception {
        var out = new ByteArrayOutputStream();
        files.write(RootFiles.cleaned(path), out);
        return new ByteArrayInputStream(out.toByteArray());
    }

    /** An entry and its content. */
    private record Packed(TarEntry entry, byte[] content) {
        Packed(TarEntry entry) {
            this(entry, new byte[0]);
        }
    }

    private void extract(String directory, Object... entries) throws Exception {
        extract(directory, PLAIN, entries);
    }

    private void extract(String directory, Extraction how, Object... entries) throws Exception {
        var bytes = new ByteArrayOutputStream();
        try (var tar = new TarWriter(bytes)) {
            for (Object entry : entries) {
                Packed packed =
                        entry instanceof Packed given ? given : new Packed((TarEntry) entry);
                tar.write(packed.entry(), new ByteArrayInputStream(packed.content()));
            }
        }
        var archive = new ByteArrayInputStream(bytes.toByteArray());
        files.extract(files.directory(directory), archive, how);
    }

    private static Packed file(String name, String text) {
        byte[] content = text.getBytes(UTF_8);
        return new Packed(TarEntry.file(name, content.length, 0), content);
    }

    private static TarEntry link(TarEntry.Type type, String name, String target) {
        return new TarEntry(name, type, 0777, 0, 0, 0, 0, target, 0, 0, Map.of(), List.of());
    }
}
