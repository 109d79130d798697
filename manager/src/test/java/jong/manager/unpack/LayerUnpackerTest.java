package jong.manager.unpack;

import static java.nio.charset.StandardCharsets.UTF_8;
import static jong.manager.unpack.Trees.listing;
import static jong.manager.unpack.Trees.run;
import static jong.manager.unpack.Trees.setAttribute;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import jong.linux.files.Directory;
import jong.linux.files.FileType;
import jong.linux.files.OpenHow;
import jong.manager.tar.TarEntry;
import jong.manager.tar.TarEntry.Type;
import jong.manager.tar.TarWriter;
import jong.oci.Digest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("root")
class LayerUnpackerTest {

    @TempDir Path directory;

    private Path layer;

    @BeforeEach
    void makeLayer() throws IOException {
        layer = Files.createDirectory(directory.resolve("layer"));
    }

    @Test
    void treeIsThatOfGnuTar() throws Exception {
        Path tree = Files.createDirectory(directory.resolve("tree"));
        run("cp", "-a", "/usr/lib/tmpfiles.d", "/etc/pam.d", tree.toString());
        run("mkfifo", "-m", "0621", tree.resolve("fifo").toString());
        run("mknod", "-m", "0604", tree.resolve("zero").toString(), "c", "1", "5");
        run("ln", "-s", "/etc/passwd", tree.resolve("absolute").toString());
        Path suid = Files.writeString(tree.resolve("suid"), "x");
        run("chown", "1000:1001", suid.toString());
        run("chmod", "6755", suid.toString());
        setAttribute(suid, "user.note", new byte[] {0, (byte) 0x80, (byte) 0xff});
        Files.createLink(tree.resolve("second-name"), suid);
        Path capable = Files.writeString(tree.resolve("capable"), "x");
        // cap_setuid (bit 7) as permitted: a byte that is not UTF-8.
        byte[] capability = new byte[20];
        capability[3] = 2;
        capability[4] = (byte) 0x80;
        setAttribute(capable, "security.capability", capability);
        run(
                "touch",
                "-h",
                "-d",
                "2001-02-03 04:05:06.789",
                tree.resolve("absolute").toString(),
                tree.resolve("pam.d").toString());
        byte[] tar =
                run(
                        "tar",
                        "--format=posix",
                        "--xattrs",
                        "--xattrs-include=*",
                        "-c",
                        "-C",
                        tree.toString(),
                        ".");
        var unpacked = LayerUnpacker.unpack(new ByteArrayInputStream(tar), layer, true);
        assertThat(unpacked.diffId()).isEqualTo(Digest.sha256(tar));
        assertThat(unpacked.implicitDirectories()).isEmpty();
        assertThat(listing(layer)).isEqualTo(listing(tree));
        run(
                "diff",
                "-r",
                "--no-dereference",
                tree.resolve("tmpfiles.d").toString(),
                layer.resolve("tmpfiles.d").toString());
    }

    @Test
    void compressionIsToldByTheBytes() throws Exception {
        byte[] tar = archive(file("a", "1"), file("b", "2"));
        var members = new ByteArrayOutputStream();
        for (byte[] part :
                List.of(Arrays.copyOf(tar, 700), Arrays.copyOfRange(tar, 700, tar.length))) {
            try (var gzip = new GZIPOutputStream(members)) {
                gzip.write(part);
            }
        }
        var frames = new ByteArrayOutputStream();
        frames.write(new byte[] {0x50, 0x2a, 0x4d, 0x18, 2, 0, 0, 0, 9, 9}); // To be skipped.
        frames.write(Zstd.compress(Arrays.copyOf(tar, 700)));
        frames.write(Zstd.compress(Arrays.copyOfRange(tar, 700, tar.length)));
        for (byte[] compressed : List.of(tar, members.toByteArray(), frames.toByteArray())) {
            Path target = Files.createTempDirectory(directory, "layer");
            var unpacked = LayerUnpacker.unpack(new ByteArrayInputStream(compressed), target, true);
            assertThat(unpacked.diffId()).isEqualTo(Digest.sha256(tar));
            assertThat(unpacked.size()).isEqualTo(2);
            assertThat(target.resolve("b")).hasContent("2");
        }
    }

    @Test
    void paddingThatIsSkippedIsHashed() throws Exception {
        for (int size = 65_000; size < 66_100; size += 37) {
            Path target = Files.createTempDirectory(directory, "layer");
            byte[] tar = archive(file("a", "x".repeat(size)), file("b", "y".repeat(size)));
            assertThat(LayerUnpacker.unpack(new ByteArrayInputStream(tar), target, true).diffId())
                    .as("%d bytes", size)
                    .isEqualTo(Digest.sha256(tar));
        }
    }

    @Test
    void bytesAfterTheEndOfTheArchiveAreHashed() throws Exception {
        byte[] tar = archive(file("a", "1"));
        byte[] longer = Arrays.copyOf(tar, tar.length + 100_000);
        longer[longer.length - 1] = 1;
        assertThat(LayerUnpacker.unpack(new ByteArrayInputStream(longer), layer, true).diffId())
                .isEqualTo(Digest.sha256(longer));
    }

    @Test
    void whiteoutsBecomeOverlayfssOwn() throws Exception {
        unpack(
                false,
                file("d/.wh..wh..opq", ""),
                file("d/new", "n"),
                file(".wh.gone", ""),
                file(".wh..wh.plnk/x", ""),
                file("kept", "k"),
                file(".wh.kept", ""));
        try (var root = Directory.open(layer)) {
            assertThat(root.stat("gone").type()).isEqualTo(FileType.CHARACTER_DEVICE);
            assertThat(root.stat("gone").specialDevice()).isZero();
            assertThat(opaque(root, "d")).isTrue();
        }
        assertThat(layer.resolve("d/new")).hasContent("n");
        assertThat(layer.resolve("kept")).hasContent("k");
        assertThat(layer.toFile().list()).containsExactlyInAnyOrder("d", "gone", "kept");
    }

    @Test
    void directoryInPlaceOfAWhiteoutHidesTheOneBelow() throws Exception {
        unpack(false, file(".wh.d", ""), directory("d/"), file("d/x", ""));
        try (var root = Directory.open(layer)) {
            assertThat(opaque(root, "d")).isTrue();
        }
    }

    @Test
    void bottomLayerHasNoWhiteouts() throws Exception {
        unpack(true, file(".wh.gone", ""), file("d/.wh..wh..opq", ""), file("d/x", ""));
        assertThat(layer.toFile().list()).containsExactly("d");
    }

    @ParameterizedTest
    @ValueSource(strings = {".wh.", ".wh..", ".wh...", "d/.wh."})
    void whiteoutsOfNothingAreRefused(String name) {
        assertThatThrownBy(() -> unpack(false, file(name, "")))
                .hasMessageStartingWith("invalid whiteout");
    }

    @Test
    void lastEntryOfANameWins() throws Exception {
        unpack(
                true,
                file("a", "1"),
                file("a", "2"),
                directory("b/"),
                file("b/x", ""),
                file("b", "file"),
                file("c", "file"),
                directory("c/"),
                file("c/y", "y"));
        assertThat(layer.resolve("a")).hasContent("2");
        assertThat(layer.resolve("b")).hasContent("file");
        assertThat(layer.resolve("c/y")).hasContent("y");
    }

    @Test
    void overlayfssAttributesInArchivesAreDropped() throws Exception {
        var attributes =
                Map.of(
                        "trusted.overlay.redirect",
                        "/etc".getBytes(UTF_8),
                        "trusted.other",
                        new byte[] {1});
        unpack(
                true,
                new TarEntry(
                        "d", Type.DIRECTORY, 0755, 0, 0, 0, 0, "", 0, 0, attributes, List.of()));
        try (var root = Directory.open(layer);
                var d = root.open("d", OpenHow.path())) {
            assertThat(d.attributes().names()).containsExactly("trusted.other");
        }
    }

    @Test
    void missingDirectoriesLookAsInTheLayersBelow() throws Exception {
        Path lower = Files.createDirectories(directory.resolve("lower"));
        Path lowest = Files.createDirectories(directory.resolve("lowest"));
        run("install", "-d", "-m", "1777", "-o", "12", lowest.resolve("tmp").toString());
        run("install", "-d", "-m", "0700", "-o", "13", lower.resolve("home").toString());
        run("install", "-d", "-m", "0711", lowest.resolve("home/me").toString());
        setAttribute(lower.resolve("home"), "trusted.overlay.opaque", new byte[] {'y'});
        Files.createSymbolicLink(lower.resolve("link"), Path.of("/etc"));
        run("install", "-d", "-m", "0700", lowest.resolve("link").toString());
        var unpacked = unpack(false, file("tmp/x", ""), file("home/me/y", ""), file("link/z", ""));
        assertThat(unpacked.implicitDirectories())
                .containsExactly("", "home", "home/me", "link", "tmp");
        LayerUnpacker.inherit(layer, unpacked, List.of(lower, lowest));
        assertThat(modeAndOwner("tmp")).isEqualTo("1777 12");
        assertThat(modeAndOwner("home")).isEqualTo("700 13");
        assertThat(modeAndOwner("home/me")).as("hidden below an opaque one").isEqualTo("755 0");
        assertThat(modeAndOwner("link")).as("hidden below a symlink").isEqualTo("755 0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../x", "a/../../x", "/../x", "a/./../../outside/x"})
    void namesThatLeadOutsideAreRefused(String name) {
        assertThatThrownBy(() -> unpack(true, file(name, "evil")))
                .hasMessageContaining("leads outside of the archive");
        assertThat(directory.resolve("x")).doesNotExist();
    }

    @Test
    void symlinksNeverLeadOutside() throws Exception {
        Path outside = Files.createDirectory(directory.resolve("outside"));
        Files.writeString(outside.resolve("victim"), "safe");
        for (String target : List.of(outside.toString(), "../outside", "../../../outside")) {
            for (TarEntry attack :
                    List.of(
                            file("link/victim", "evil"),
                            file("link/new", "evil"),
                            directory("link/dir/"),
                            symlink("link/sym", "x"),
                            file("link/.wh.victim", ""),
                            file("link/.wh..wh..opq", ""),
                            hardLink("stolen", "link/victim"))) {
                Path fresh = Files.createTempDirectory(directory, "layer");
                try {
                    LayerUnpacker.unpack(
                            new ByteArrayInputStream(archive(symlink("link", target), attack)),
                            fresh,
                            false);
                } catch (IOException e) {
                    assertThat(e).hasMessageMatching("(?s).*(link|no such file).*");
                }
                assertThat(outside.toFile().list()).containsExactly("victim");
                assertThat(outside.resolve("victim")).hasContent("safe");
                assertThat(Files.getAttribute(outside.resolve("victim"), "unix:nlink"))
                        .isEqualTo(1);
            }
        }
    }

    @Test
    void absoluteNamesAndLinksStayInside() throws Exception {
        unpack(
                true,
                file("/etc/passwd", "inside"),
                hardLink("h", "/etc/passwd"),
                symlink("usr", "/real"),
                directory("real/"),
                file("usr/x", "through"));
        assertThat(layer.resolve("h")).hasContent("inside");
        assertThat(layer.resolve("real/x")).hasContent("through");
    }

    @Test
    void fileIsNeverWrittenThroughASymlink() throws Exception {
        Path victim = Files.writeString(directory.resolve("victim"), "safe");
        unpack(true, symlink("f", victim.toString()), file("f", "mine"));
        assertThat(victim).hasContent("safe");
        assertThat(Files.isSymbolicLink(layer.resolve("f"))).isFalse();
    }

    @Test
    void entryBelowAFileIsRefused() {
        assertThatThrownBy(() -> unpack(true, file("f", ""), file("f/x", "")))
                .hasMessageContaining("not a directory");
    }

    @Test
    void linkToNothingIsRefused() {
        assertThatThrownBy(() -> unpack(true, hardLink("a", "b")))
                .hasMessage("cannot link a to b: neither this layer nor one below has it");
    }

    @Test
    void truncatedAndDamagedLayersEndInIoExceptions() throws Exception {
        var gzipped = new ByteArrayOutputStream();
        byte[] noise = new byte[50_000];
        new Random(1).nextBytes(noise);
        try (var gzip = new GZIPOutputStream(gzipped)) {
            gzip.write(archive(file("a", new String(noise, UTF_8)), file("b", "2")));
        }
        byte[] whole = gzipped.toByteArray();
        assertThatThrownBy(() ->
                        LayerUnpacker.unpack(
                                new ByteArrayInputStream(Arrays.copyOf(whole, whole.length / 2)),
                                layer,
                                true))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("unexpected EOF");
        long seed = System.nanoTime();
        var random = new Random(seed);
        for (int i = 0; i < 200; i++) {
            byte[] damaged = whole.clone();
            damaged[random.nextInt(whole.length)] ^= (byte) (1 << random.nextInt(8));
            Path fresh = Files.createTempDirectory(directory, "layer");
            try {
                LayerUnpacker.unpack(new ByteArrayInputStream(damaged), fresh, true);
            } catch (IOException e) {
                assertThat(e.getMessage()).as("seed %d", seed).isNotBlank();
            }
        }
    }

    @Test
    void fullDiskIsSaid() throws Exception {
        Path small = Files.createDirectory(directory.resolve("small"));
        run("mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", small.toString());
        try {
            byte[] tar = archive(file("big", "x".repeat(1_000_000)));
            assertThatThrownBy(
                            () -> LayerUnpacker.unpack(new ByteArrayInputStream(tar), small, true))
                    .hasMessageContaining("no space left on device");
        } finally {
            run("umount", small.toString());
        }
    }

    private LayerUnpacker.Unpacked unpack(boolean bottom, TarEntry... entries) throws IOException {
        return LayerUnpacker.unpack(new ByteArrayInputStream(archive(entries)), layer, bottom);
    }

    /** Files carry their content in the place of a link name. */
    private static byte[] archive(TarEntry... entries) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var writer = new TarWriter(out)) {
            for (TarEntry entry : entries) {
                if (entry.type() == Type.FILE) {
                    byte[] content = entry.linkName().getBytes(UTF_8);
                    writer.write(
                            TarEntry.file(entry.name(), content.length, 0),
                            new ByteArrayInputStream(content));
                } else {
                    writer.write(entry);
                }
            }
        }
        return out.toByteArray();
    }

    private static TarEntry file(String name, String content) {
        return entry(name, Type.FILE, content);
    }

    private static TarEntry symlink(String name, String target) {
        return entry(name, Type.SYMLINK, target);
    }

    private static TarEntry hardLink(String name, String target) {
        return entry(name, Type.HARD_LINK, target);
    }

    private static TarEntry directory(String name) {
        return TarEntry.directory(name, 0);
    }

    private static TarEntry entry(String name, Type type, String linkName) {
        return new TarEntry(name, type, 0644, 0, 0, 0, 0, linkName, 0, 0, Map.of(), List.of());
    }

    private static boolean opaque(Directory root, String name) throws IOException {
        try (var file = root.open(name, OpenHow.path())) {
            return file.attributes().get("trusted.overlay.opaque").isPresent();
        }
    }

    private String modeAndOwner(String name) throws Exception {
        return new String(run("stat", "-c", "%a %u", layer.resolve(name).toString()), UTF_8)
                .strip();
    }
}
