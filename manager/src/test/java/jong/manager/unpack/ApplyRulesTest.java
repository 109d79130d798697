package jong.manager.unpack;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static jong.manager.unpack.Trees.run;
import static jong.manager.unpack.Trees.setAttribute;
import static jong.manager.unpack.Trees.shell;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import jong.linux.files.Directory;
import jong.linux.files.Fd;
import jong.linux.files.FileType;
import jong.linux.files.OpenHow;
import jong.linux.files.Stat;
import jong.manager.tar.TarBytes;
import jong.oci.Digest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How a layer's archive becomes files: each rule of OCI's layer.md, docker and the tar formats. */
@Tag("root")
class ApplyRulesTest {

    @TempDir Path directory;

    private Path layer;
    private Path lower;

    @BeforeEach
    void makeDirectories() throws IOException {
        layer = Files.createDirectory(directory.resolve("layer"));
        lower = Files.createDirectory(directory.resolve("lower"));
    }

    @Test
    void hardLinkToALowerFileCopiesItUpOnce() throws Exception {
        shell(lower, "mkdir d; echo text > d/f; chown 5:6 d/f; chmod 4750 d/f; touch -d @9 d/f");
        setAttribute(lower.resolve("d/f"), "user.note", new byte[] {1});
        apply(new TarBytes().directory("e/").hardLink("e/a", "d/f").hardLink("b", "/d/f"));
        try (var root = Directory.open(layer);
                Directory d = root.openDirectory("d", OpenHow.directory());
                Fd file = d.open("f", OpenHow.reading())) {
            Stat stat = d.stat("f");
            assertThat(stat.links()).isEqualTo(3);
            assertThat(root.stat("b").isSameFile(stat)).isTrue();
            assertThat(stat.mode()).isEqualTo(0104750);
            assertThat(List.of(stat.uid(), stat.gid())).containsExactly(5, 6);
            assertThat(stat.modificationTimeNanos()).isEqualTo(9_000_000_000L);
            assertThat(file.attributes().get("user.note")).hasValue(new byte[] {1});
            assertThat(root.stat("e").modificationTimeNanos()).as("as archived").isZero();
        }
        assertThat(layer.resolve("e/a")).hasContent("text");
    }

    @Test
    void hardLinkToALinkToALowerFileIsTheSameFile() throws Exception {
        shell(lower, "echo text > f");
        apply(new TarBytes().hardLink("a", "f").hardLink("b", "a"));
        assertThat(Files.getAttribute(layer.resolve("b"), "unix:nlink")).isEqualTo(3);
    }

    @Test
    void whatTheLayerDoesToTheTargetAfterwardsIsNotUndone() throws Exception {
        shell(lower, "echo below > f; echo below > g; echo below > h");
        apply(
                new TarBytes()
                        .hardLink("a", "f")
                        .file("f", "new")
                        .hardLink("b", "g")
                        .file(".wh.g", "")
                        .hardLink("c", "h")
                        .file("c", "replaced"));
        assertThat(layer.resolve("a")).hasContent("below");
        assertThat(layer.resolve("f")).hasContent("new");
        assertThat(layer.resolve("b")).hasContent("below");
        assertThat(isWhiteout("g")).isTrue();
        assertThat(layer.resolve("c")).hasContent("replaced");
        assertThat(layer.resolve("h")).doesNotExist();
    }

    @Test
    void hardLinkToWhatIsHiddenIsRefused() throws Exception {
        Path lowest = Files.createDirectory(directory.resolve("lowest"));
        shell(lowest, "mkdir d; touch d/f gone");
        shell(lower, "mknod gone c 0 0; mkdir dir");
        for (TarBytes archive :
                List.of(
                        new TarBytes().hardLink("a", "gone"),
                        new TarBytes().hardLink("a", "nothing"),
                        new TarBytes().hardLink("a", "dir"),
                        new TarBytes().file("d/.wh..wh..opq", "").hardLink("a", "d/f"),
                        new TarBytes().file(".wh.d", "").hardLink("a", "d/f"),
                        new TarBytes().file("d", "").hardLink("a", "d/f"))) {
            layer = Files.createTempDirectory(directory, "layer");
            assertThatThrownBy(() -> apply(archive, lower, lowest)).isInstanceOf(IOException.class);
        }
    }

    @Test
    void hardLinksToNodesAndSymlinksAreLinks() throws Exception {
        shell(lower, "mkfifo -m 612 p; mknod -m 604 n c 1 3; ln -s /x s; chown -h 7 s");
        apply(
                new TarBytes()
                        .hardLink("p2", "p")
                        .hardLink("n2", "n")
                        .hardLink("s2", "s")
                        .symlink("t", "y")
                        .hardLink("t2", "t"));
        try (var root = Directory.open(layer)) {
            assertThat(root.stat("p2").mode()).isEqualTo(0010612);
            assertThat(root.stat("n2").isSameFile(root.stat("n"))).isTrue();
            assertThat(root.stat("s2").uid()).isEqualTo(7);
            assertThat(root.readSymlink("s2")).isEqualTo("/x");
            assertThat(root.readSymlink("t2")).isEqualTo("y");
        }
    }

    @Test
    void whiteoutsHideTheLayersBelowWhereverTheyStand() throws Exception {
        shell(lower, "mkdir d; touch d/old f");
        apply(
                new TarBytes()
                        .file("d/new", "n")
                        .file("d/.wh..wh..opq", "")
                        .file("f", "own")
                        .file(".wh.f", "")
                        .file("d/.wh.old", ""));
        assertThat(layer.resolve("d/new")).hasContent("n");
        assertThat(layer.resolve("f")).hasContent("own");
        assertThat(isOpaque("d")).isTrue();
    }

    @Test
    void whiteoutAfterAHardLinkToALowerFileLeavesTheLink() throws Exception {
        shell(lower, "echo x > old");
        apply(new TarBytes().hardLink("new", "old").file(".wh.new", "").file(".wh.old", ""));
        assertThat(layer.resolve("new")).hasContent("x");
        assertThat(isWhiteout("old")).isTrue();
    }

    @Test
    void theLastOfEqualNamesWinsWhateverItsKind() throws Exception {
        String[] kinds = {"file", "directory", "symlink", "fifo", "link"};
        for (String first : kinds) {
            for (String second : kinds) {
                layer = Files.createTempDirectory(directory, "layer");
                var archive = new TarBytes().file("target", "t");
                add(add(archive, first), second);
                apply(archive);
                try (var root = Directory.open(layer)) {
                    FileType expected =
                            switch (second) {
                                case "directory" -> FileType.DIRECTORY;
                                case "symlink" -> FileType.SYMLINK;
                                case "fifo" -> FileType.FIFO;
                                default -> FileType.REGULAR;
                            };
                    assertThat(root.stat("x").type()).as(first + second).isEqualTo(expected);
                    assertThat(layer.resolve("target")).hasContent("t");
                }
            }
        }
    }

    @Test
    void directoryOverDirectoryTakesItsAttributesOnly() throws Exception {
        byte[] other = TarBytes.header('5', "d/", "", 0);
        other = TarBytes.with(TarBytes.with(other, 100, "0001770"), 108, "0000011");
        apply(new TarBytes().directory("d/").file("d/x", "x").entry(other, new byte[0]));
        try (var root = Directory.open(layer)) {
            assertThat(root.stat("d").permissions()).isEqualTo(01770);
            assertThat(root.stat("d").uid()).isEqualTo(9);
            assertThat(root.stat("d").modificationTimeNanos()).isZero();
        }
        assertThat(layer.resolve("d/x")).hasContent("x");
        assertThat(isOpaque("d")).isFalse();
    }

    @Test
    void directoryInPlaceOfAFileOfTheSameLayerHidesTheOneBelow() throws Exception {
        apply(new TarBytes().file("d", "").directory("d/"));
        assertThat(isOpaque("d")).isTrue();
    }

    @Test
    void missingParentsBelongToRootWithMode0755() throws Exception {
        shell(directory, "true");
        var unpacked = unpack(new TarBytes().file("a/b/c", ""), false);
        assertThat(unpacked.implicitDirectories()).containsExactly("", "a", "a/b");
        try (var root = Directory.open(layer)) {
            assertThat(root.stat("a").mode()).isEqualTo(0040755);
            assertThat(root.stat("a").uid()).isZero();
        }
    }

    @Test
    void missingParentsDoNotInheritTheGroupOfTheirs() throws Exception {
        byte[] header = TarBytes.header('5', "d/", "", 0);
        header = TarBytes.with(TarBytes.with(header, 100, "0002755"), 116, "0000007");
        apply(new TarBytes().entry(header, new byte[0]).file("d/missing/f", ""));
        try (var root = Directory.open(layer)) {
            assertThat(root.stat("d").gid()).isEqualTo(7);
            Directory d = root.openDirectory("d", OpenHow.directory());
            assertThat(d.stat("missing").gid()).isZero();
            assertThat(d.stat("missing").permissions()).isEqualTo(0755);
            d.close();
        }
    }

    @Test
    void timesOfDirectoriesAreSetAfterWhatIsInThem() throws Exception {
        byte[] time = TarBytes.with(TarBytes.header('5', "d/e/", "", 0), 136, "00000000017");
        apply(
                new TarBytes()
                        .directory("d/")
                        .entry(time, new byte[0])
                        .file("d/e/f", "")
                        .symlink("d/e/s", "x")
                        .hardLink("d/e/h", "d/e/f")
                        .file("d/late", ""));
        try (var root = Directory.open(layer);
                Directory d = root.openDirectory("d", OpenHow.directory())) {
            assertThat(d.stat("e").modificationTimeNanos()).isEqualTo(15_000_000_000L);
            assertThat(root.stat("d").modificationTimeNanos()).isZero();
        }
    }

    @Test
    void setIdBitsAndCapabilitiesSurviveTheChangeOfOwner() throws Exception {
        byte[] header = TarBytes.header('0', "f", "", 1);
        header = TarBytes.with(TarBytes.with(header, 100, "0006711"), 108, "0000007");
        String capability = "\1\0\0\2\200\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";
        apply(
                new TarBytes()
                        .pax('x', "SCHILY.xattr.security.capability", capability)
                        .entry(header, new byte[] {1}));
        try (Fd file = Fd.open(layer.resolve("f"), OpenHow.reading())) {
            assertThat(file.stat().mode()).isEqualTo(0106711);
            assertThat(file.stat().uid()).isEqualTo(7);
            assertThat(file.attributes().get("security.capability"))
                    .hasValue(capability.getBytes(ISO_8859_1));
        }
    }

    @Test
    void setIdBitsOfNodesSurviveTheChangeOfOwner() throws Exception {
        byte[] header = TarBytes.header('6', "pipe", "", 0);
        header = TarBytes.with(TarBytes.with(header, 100, "0006711"), 108, "0000007");
        apply(new TarBytes().entry(header, new byte[0]));
        try (var root = Directory.open(layer)) {
            assertThat(root.stat("pipe").mode()).isEqualTo(0016711);
            assertThat(root.stat("pipe").uid()).isEqualTo(7);
        }
    }

    @Test
    void attributesComeInBothEncodings() throws Exception {
        apply(
                new TarBytes()
                        .pax(
                                'x',
                                "SCHILY.xattr.user.a",
                                "1=2\n3",
                                "LIBARCHIVE.xattr.user.b%3D+",
                                "AAH/",
                                "LIBARCHIVE.xattr.user.a",
                                "AAAA")
                        .file("f", ""));
        try (Fd file = Fd.open(layer.resolve("f"), OpenHow.reading())) {
            assertThat(file.attributes().get("user.a")).hasValue("1=2\n3".getBytes(UTF_8));
            assertThat(file.attributes().get("user.b=+")).hasValue(new byte[] {0, 1, -1});
        }
    }

    /** As dockerd: attributes are dispensable where none can be, capabilities are not. */
    @Test
    void aFileSystemWithoutAttributesTakesAllButCapabilities() throws Exception {
        run("mount", "-t", "ramfs", "ramfs", layer.toString());
        try {
            apply(new TarBytes().pax('x', "SCHILY.xattr.user.a", "1").file("f", "text"));
            assertThat(layer.resolve("f")).hasContent("text");
            assertThatThrownBy(() ->
                            apply(
                                    new TarBytes()
                                            .pax(
                                                    'x',
                                                    "SCHILY.xattr.security.capability",
                                                    "\1\0\0\2")
                                            .file("g", "")))
                    .hasMessageContaining("security.capability");
        } finally {
            run("umount", layer.toString());
        }
    }

    @Test
    void symlinksHaveNoAttributesOfTheUsers() throws Exception {
        apply(new TarBytes().pax('x', "SCHILY.xattr.user.a", "1").symlink("s", "x"));
        assertThat(Files.isSymbolicLink(layer.resolve("s"))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--format=gnu",
                "--format=oldgnu",
                "--format=posix --sparse-version=0.0",
                "--format=posix --sparse-version=0.1",
                "--format=posix --sparse-version=1.0"
            })
    void sparseFilesKeepTheirHoles(String options) throws Exception {
        Path tree = Files.createDirectory(directory.resolve("tree"));
        shell(
                tree,
                "truncate -s 64M many; for i in $(seq 60); do"
                        + " printf %05d $i | dd of=many bs=1 seek=$((i*1000003)) conv=notrunc"
                        + " status=none; done; truncate -s 8M hole; truncate -s 0 empty");
        byte[] tar = run("sh", "-c", "cd $0 && tar -cS " + options + " .", tree.toString());
        assertThat(tar).hasSizeLessThan(2_000_000);
        var unpacked = LayerUnpacker.unpack(new ByteArrayInputStream(tar), layer, true);
        assertThat(unpacked.size()).isEqualTo((64 + 8) << 20);
        run("diff", "-r", tree.toString(), layer.toString());
        try (var root = Directory.open(layer)) {
            assertThat(root.stat("many").allocatedBytes()).isLessThan(2_000_000);
            assertThat(root.stat("hole").allocatedBytes()).isZero();
        }
    }

    @Test
    void onlyPartsThatBeginLikeThemAreFilesOfAufs() throws Exception {
        apply(
                new TarBytes()
                        .directory("a")
                        .file("a/x.wh..wh.y", "kept")
                        .file(".wh..wh.plnk/1", "")
                        .file("a/.wh..wh.aufs", ""));
        assertThat(layer.resolve("a/x.wh..wh.y")).hasContent("kept");
        assertThat(layer.toFile().list()).containsExactly("a");
        assertThat(layer.resolve("a").toFile().list()).containsExactly("x.wh..wh.y");
    }

    @Test
    void whatIsRememberedOfLinksHasALimit() throws Exception {
        String target = ("n".repeat(249) + "/").repeat(15) + "f";
        var archive = new TarBytes();
        for (int i = 0; i < 4600; i++) {
            archive.pax('x', "linkpath", target).hardLink("l" + i, "");
        }
        assertThatThrownBy(() -> unpack(archive, false))
                .hasMessageStartingWith("layer has more than 33554432 bytes of names");
    }

    @Test
    void whatIsRememberedOfUnnamedDirectoriesHasALimit() throws Exception {
        String base = ("n".repeat(249) + "/").repeat(15);
        var archive = new TarBytes();
        for (int i = 0; i < 4600; i++) {
            archive.pax('x', "path", base + i + "/f").file("", "");
        }
        assertThatThrownBy(() -> unpack(archive, false))
                .hasMessageStartingWith("layer has more than 33554432 bytes of names");
    }

    @Test
    void whatADirectoryHadIsForgottenWithIt() throws Exception {
        byte[] archive =
                new TarBytes()
                        .file("d/e/f", "")
                        .file("d0/f", "")
                        .file("d!/f", "")
                        .hardLink("d/l", "lower")
                        .hardLink("d0/l", "lower")
                        .file("d", "now a file")
                        .end();
        var unpacked = LayerUnpacker.unpack(new ByteArrayInputStream(archive), layer, false);
        assertThat(unpacked.implicitDirectories()).containsExactlyInAnyOrder("", "d!", "d0");
        assertThat(unpacked.lowerLinks()).containsOnlyKeys("d0/l");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef",
                "a3ed95caeb02ffe68cdd9fd84406680ae93d633cb16422d00e8a7c22955b46d4"
            })
    void theEmptyLayersOfDockerHaveNoFiles(String hex) throws Exception {
        byte[] tar = new byte[1024];
        // As dockerd has it in its source (emptylayer.go).
        byte[] gz = {
            31,
            (byte) 139,
            8,
            0,
            0,
            9,
            110,
            (byte) 136,
            0,
            (byte) 255,
            98,
            24,
            5,
            (byte) 163,
            96,
            20,
            (byte) 140,
            88,
            0,
            8,
            0,
            0,
            (byte) 255,
            (byte) 255,
            46,
            (byte) 175,
            (byte) 181,
            (byte) 239,
            0,
            4,
            0,
            0
        };
        byte[] archive = hex.startsWith("a3") ? gz : tar;
        assertThat(Digest.sha256(archive).hex()).isEqualTo(hex);
        var unpacked = LayerUnpacker.unpack(new ByteArrayInputStream(archive), layer, false);
        assertThat(unpacked.diffId()).isEqualTo(Digest.sha256(tar));
        assertThat(layer).isEmptyDirectory();
    }

    private static TarBytes add(TarBytes archive, String kind) {
        return switch (kind) {
            case "file" -> archive.file("x", "file");
            case "directory" -> archive.directory("x/").file("x/y", "");
            case "symlink" -> archive.symlink("x", "target");
            case "fifo" -> archive.entry('6', "x", "", new byte[0]);
            default -> archive.hardLink("x", "target");
        };
    }

    private void apply(TarBytes archive) throws IOException {
        apply(archive, lower);
    }

    private void apply(TarBytes archive, Path... lowers) throws IOException {
        LayerUnpacker.inherit(layer, unpack(archive, false), List.of(lowers));
    }

    private LayerUnpacker.Unpacked unpack(TarBytes archive, boolean bottom) throws IOException {
        return LayerUnpacker.unpack(new ByteArrayInputStream(archive.end()), layer, bottom);
    }

    private boolean isWhiteout(String name) throws IOException {
        try (var root = Directory.open(layer)) {
            Stat stat = root.stat(name);
            return stat.type() == FileType.CHARACTER_DEVICE && stat.specialDevice() == 0;
        }
    }

    private boolean isOpaque(String name) throws IOException {
        try (Fd file = Fd.open(layer.resolve(name), OpenHow.path())) {
            return file.attributes().get("trusted.overlay.opaque").isPresent();
        }
    }
}
