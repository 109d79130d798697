package jong.manager.attacks;

import static java.nio.charset.StandardCharsets.UTF_8;
import static jong.manager.unpack.Trees.listing;
import static jong.manager.unpack.Trees.run;
import static jong.manager.unpack.Trees.shell;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import jong.linux.files.Directory;
import jong.linux.files.FileType;
import jong.manager.tar.TarBytes;
import jong.manager.tar.TarException;
import jong.manager.tar.TarReader;
import jong.manager.unpack.LayerUnpacker;
import jong.manager.unpack.UnpackLimits;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Archives made to reach out of the directory that they are unpacked into, or to exhaust us. */
@Tag("root")
final class ArchiveAttackTest {

    @TempDir Path directory;

    private Path layer;
    private Path outside;
    private String before;

    @BeforeEach
    void makeVictim() throws Exception {
        outside = Files.createDirectory(directory.resolve("outside"));
        shell(
                outside,
                "echo safe > victim; chmod 600 victim; mkdir dir; echo safe > dir/f;"
                        + " mkfifo pipe; find . -exec touch -h -d 2020-01-01 {} +");
        before = listing(outside);
        layer = Files.createDirectory(directory.resolve("layer"));
    }

    @AfterEach
    void nothingOutsideChanged() throws Exception {
        assertThat(listing(outside)).isEqualTo(before);
        assertThat(outside.resolve("victim")).hasContent("safe");
        assertThat(directory.toFile().list()).containsOnly("outside", "layer", "lower");
    }

    @BeforeEach
    void makeLower() throws IOException {
        Files.createDirectory(directory.resolve("lower"));
    }

    /** CVE-2014-6407, CVE-2014-9356: links as the places that files are written to. */
    @Test
    void filesAreNotWrittenThroughSymlinks() {
        for (String target : ways()) {
            attempt(new TarBytes().symlink("l", target).file("l/victim", "evil"));
            attempt(new TarBytes().symlink("l", target).file("l/new", "evil"));
            attempt(new TarBytes().symlink("l", target + "/victim").file("l", "evil"));
            attempt(new TarBytes().symlink("l", target + "/new").file("l", "evil"));
            attempt(new TarBytes().symlink("l", target).directory("l/").file("l/victim", "evil"));
            attempt(new TarBytes().symlink("a", target).symlink("b", "a").file("b/new", "evil"));
            attempt(new TarBytes().symlink("l", target).directory("l/new/"));
            attempt(new TarBytes().symlink("l", target).symlink("l/new", "x"));
            attempt(new TarBytes().symlink("l", target).entry('6', "l/new", "", new byte[0]));
        }
    }

    /** CVE-2026-17106: hard links to what lies outside, then written to. */
    @Test
    void hardLinksDoNotLeadOut() {
        for (String target : ways()) {
            attempt(new TarBytes().hardLink("h", target + "/victim").file("h", "evil"));
            attempt(new TarBytes().symlink("l", target).hardLink("h", "l/victim"));
            attempt(
                    new TarBytes()
                            .symlink("l", target + "/victim")
                            .hardLink("h", "l")
                            .file("h", "evil"));
            attempt(
                    new TarBytes()
                            .symlink("l", target + "/victim")
                            .hardLink("h", "l")
                            .pax('x', "SCHILY.xattr.user.evil", "1")
                            .hardLink("h2", "h"));
            attempt(new TarBytes().file("f", "x").symlink("l", target).hardLink("l/new", "f"));
        }
    }

    /** The same through the layers below, where links are made later. */
    @Test
    void hardLinksToLowerFilesDoNotLeadOut() throws Exception {
        Path lower = directory.resolve("lower");
        for (String target : ways()) {
            run("ln", "-sfn", target, lower + "/l");
            run("ln", "-sfn", target + "/victim", lower + "/v");
            attempt(new TarBytes().hardLink("h", "l/victim"));
            attempt(new TarBytes().hardLink("h", "v").file("other", ""));
            attempt(new TarBytes().hardLink("h", "../outside/victim"));
            attempt(new TarBytes().symlink("here", target).hardLink("here/h", "v"));
        }
        assertThat(Files.isRegularFile(layer.resolve("h"))).isFalse();
    }

    /** CVE-2021-32760: permissions, owners, times and attributes of what a link leads to. */
    @Test
    void attributesAreNotSetThroughLinks() {
        byte[] header = TarBytes.with(TarBytes.header('2', "l", "T", 0), 100, "0000777");
        for (String target : ways()) {
            byte[] link = TarBytes.with(header, 157, target + "/victim");
            link = TarBytes.with(TarBytes.with(link, 108, "0000011"), 136, "00000000777");
            attempt(
                    new TarBytes()
                            .pax('x', "SCHILY.xattr.trusted.evil", "1")
                            .entry(link, new byte[0]));
            attempt(new TarBytes().entry(link, new byte[0]).directory("l/").hardLink("h", "l"));
        }
    }

    /** Deletions, and directories made opaque, outside. */
    @Test
    void whiteoutsDoNotReachOut() {
        for (String target : ways()) {
            attempt(new TarBytes().symlink("l", target).file("l/.wh.victim", ""));
            attempt(new TarBytes().symlink("l", target).file("l/.wh..wh..opq", ""));
            attempt(new TarBytes().file("../outside/.wh.victim", ""));
            attempt(new TarBytes().file(".wh...", ""));
            attempt(new TarBytes().file("d/.wh..", ""));
            attempt(new TarBytes().symlink("d", target).file(".wh.d", "").file("d/new", "evil"));
        }
    }

    /** CVE-2018-15664, CVE-2025-47290: a parent becomes a link after it was looked up. */
    @Test
    void aParentThatBecomesALinkIsNotTheOldOne() {
        for (String target : ways()) {
            attempt(
                    new TarBytes()
                            .directory("d/")
                            .file("d/x", "")
                            .symlink("d", target)
                            .file("d/victim", "evil"));
            attempt(
                    new TarBytes()
                            .directory("d/e/")
                            .file("d/e/x", "")
                            .symlink("d/e", target)
                            .file("d/e/victim", "evil")
                            .directory("d/e/"));
        }
    }

    /** The same from the side: somebody swaps a directory for a link while files are written. */
    @Test
    void aParentSwappedMeanwhileIsResolvedInside() throws Exception {
        String script =
                "cd $0; ln -s ../outside swap; while :; do mv -T swap d 2>/dev/null;"
                        + " mv -T d swap 2>/dev/null; rm -rf d; done";
        var archive = new TarBytes();
        for (int i = 0; i < 2000; i++) {
            archive.directory("d/").file("d/victim", "evil").directory("e/").file("e/f", "");
        }
        Process swapper = new ProcessBuilder("sh", "-c", script, layer.toString()).start();
        try {
            for (int i = 0; i < 5; i++) {
                attempt(archive);
            }
        } finally {
            swapper.destroyForcibly();
            swapper.waitFor();
        }
    }

    /** Names above the root, however they are written. */
    @Test
    void namesDoNotLeadUp() {
        String[] names = {
            "../outside/new",
            "a/../../outside/new",
            "/../outside/new",
            "./../outside/new",
            "..",
            "a/b/../../../outside/new",
            "../",
            "d/.."
        };
        for (String name : names) {
            attempt(new TarBytes().file(name, "evil"));
            attempt(new TarBytes().directory(name));
            attempt(new TarBytes().pax('x', "path", name).file("a", "evil"));
            attempt(new TarBytes().entry('L', "x", "", name.getBytes(UTF_8)).file("a", "evil"));
            attempt(new TarBytes().pax('x', "linkpath", name).hardLink("a", "b"));
        }
    }

    /** A name with a NUL would end early in the kernel, after it was checked as a whole. */
    @Test
    void namesWithNulAreRefused() {
        assertThatThrownBy(() -> unpack(new TarBytes().pax('x', "path", "a\0b").file("f", "")))
                .isInstanceOf(TarException.class);
        assertThatThrownBy(() -> unpack(new TarBytes().pax('x', "linkpath", "\0").symlink("f", "")))
                .isInstanceOf(TarException.class);
    }

    /** Believed by overlayfs, its attributes show files of the host's, or other layers'. */
    @Test
    void overlayfssAttributesAreNotTaken() throws Exception {
        unpack(
                new TarBytes()
                        .pax(
                                'x',
                                "SCHILY.xattr.trusted.overlay.redirect",
                                "/../../outside",
                                "SCHILY.xattr.trusted.overlay.metacopy",
                                "",
                                "LIBARCHIVE.xattr.trusted%2Eoverlay.opaque",
                                "eQ")
                        .directory("d/"));
        try (var root = Directory.open(layer);
                var d = root.open("d", jong.linux.files.OpenHow.directory())) {
            assertThat(d.attributes().names()).isEmpty();
        }
    }

    /** A device 0:0 in an archive would be a whiteout that no name announces. */
    @Test
    void devicesAreMadeAndNeverOpened() throws Exception {
        byte[] tape = TarBytes.header('3', "n", "", 0);
        tape = TarBytes.with(TarBytes.with(tape, 329, "0000011"), 337, "0000000");
        unpack(new TarBytes().entry(tape, new byte[0]).entry('6', "p", "", new byte[0]));
        try (var root = Directory.open(layer)) {
            assertThat(root.stat("n").type()).isEqualTo(FileType.CHARACTER_DEVICE);
            assertThat(root.stat("p").type()).isEqualTo(FileType.FIFO);
        }
    }

    /** CVE-2024-40635: 2^32-1 leaves the owner as it is, greater numbers wrap around to root. */
    @Test
    void ownersBeyondTheKernelsAreRefused() {
        for (String id : List.of("4294967295", "4294967296", "18446744073709551616", "-1", "x")) {
            assertThatThrownBy(() -> unpack(new TarBytes().pax('x', "uid", id).file("f", "")))
                    .as(id)
                    .isInstanceOf(TarException.class);
            assertThatThrownBy(() -> unpack(new TarBytes().pax('x', "gid", id).file("f", "")))
                    .as(id)
                    .isInstanceOf(TarException.class);
        }
    }

    /** CVE-2023-25153 and its like: a header that is read into memory as a whole. */
    @Test
    void hugeHeadersAreRefusedBeforeTheyAreRead() {
        for (char type : new char[] {'x', 'L', 'K'}) {
            byte[] header = TarBytes.header(type, "x", "", 2_000_000_000L);
            var tar = new TarReader(new SequenceInputStream(of(header), new Zeros()));
            assertThatThrownBy(tar::next).isInstanceOf(TarException.class);
        }
    }

    /** CVE-2025-58183: the map of a sparse file, which says itself how long it is. */
    @Test
    void sparseMapsHaveALimit() {
        byte[] header = TarBytes.header('0', "f", "", 7_000_000_000L);
        byte[] pax =
                new TarBytes()
                        .pax(
                                'x',
                                "GNU.sparse.major",
                                "1",
                                "GNU.sparse.minor",
                                "0",
                                "GNU.sparse.realsize",
                                "100")
                        .raw(header)
                        .raw("999999999999\n".getBytes(UTF_8))
                        .bytes();
        var endless =
                new InputStream() {
                    private int at;

                    @Override
                    public int read() {
                        return "7\n".charAt(at++ % 2);
                    }
                };
        var tar = new TarReader(new SequenceInputStream(of(pax), endless));
        assertThatThrownBy(tar::next).isInstanceOf(TarException.class);
        byte[] old = TarBytes.with(TarBytes.header('S', "f", "", 0), 482, "\1");
        byte[] more = new byte[512];
        java.util.Arrays.fill(more, (byte) '1');
        var blocks =
                new InputStream() {
                    private int at;

                    @Override
                    public int read() {
                        return more[at++ % 512];
                    }
                };
        var oldTar = new TarReader(new SequenceInputStream(of(old), blocks));
        assertThatThrownBy(oldTar::next).isInstanceOf(TarException.class);
    }

    /** Lengths that overflow when they are added, or filled up to a block. */
    @Test
    void lengthsThatOverflowAreRefused() {
        for (String size :
                List.of("9223372036854775807", "9223372036854775300", "999999999999999999")) {
            assertThatThrownBy(() -> unpack(new TarBytes().pax('x', "size", size).file("f", "1")))
                    .as(size)
                    .isInstanceOf(IOException.class);
        }
        byte[] negative = TarBytes.with(TarBytes.header('0', "f", "", 0), 124, "\377".repeat(12));
        assertThatThrownBy(() -> unpack(new TarBytes().entry(negative, new byte[0])))
                .isInstanceOf(TarException.class);
        assertThatThrownBy(() ->
                        unpack(
                                new TarBytes()
                                        .pax(
                                                'x',
                                                "GNU.sparse.size",
                                                "999999999999999999",
                                                "GNU.sparse.map",
                                                "999999999999999990,999999999999999990")
                                        .file("f", "1")))
                .isInstanceOf(IOException.class);
    }

    /** A few kilobytes that unpack to gigabytes. */
    @Test
    void bombsEndAtTheLimit() throws Exception {
        byte[] bomb = bomb(80 << 20);
        assertThat(bomb).hasSizeLessThan(100_000);
        assertThatThrownBy(() ->
                        LayerUnpacker.unpack(
                                of(bomb), layer, true, new UnpackLimits(70 << 20, 1_000_000)))
                .hasMessage("archive is larger than 73400320 bytes, which is the limit");
        shell(layer, "rm -r *");
        assertThatThrownBy(() ->
                        LayerUnpacker.unpack(
                                of(bomb), layer, true, new UnpackLimits(Long.MAX_VALUE, 100)))
                .hasMessage("archive unpacks to more than 100 times its size, which is the limit");
        try (var files = Files.list(layer)) {
            for (Path file : files.toList()) {
                assertThat(Files.size(file)).as("what was let through").isLessThan(75 << 20);
            }
        }
    }

    /** A bomb of names: what is remembered of each directory is memory of the engine. */
    @Test
    void directoriesHaveALimit() throws Exception {
        String deep = ("d".repeat(200) + "/").repeat(20);
        InputStream endless =
                new InputStream() {
                    private int number;
                    private InputStream current = of(new byte[0]);

                    @Override
                    public int read() throws IOException {
                        int b = current.read();
                        if (b < 0) {
                            String name = deep + "e" + number++ + "/";
                            current =
                                    of(
                                            new TarBytes()
                                                    .pax('x', "path", name)
                                                    .directory("e")
                                                    .bytes());
                            b = current.read();
                        }
                        return b;
                    }
                };
        assertThatThrownBy(
                        () -> LayerUnpacker.unpack(new BufferedInputStream(endless), layer, true))
                .hasMessageContaining("layer has more than");
        shell(layer, "rm -r *");
    }

    /** A name of many parts costs a look-up for each; the kernel takes 4096 bytes. */
    @Test
    void namesLongerThanTheKernelsAreRefused() {
        String name = "a/".repeat(300_000);
        assertThatThrownBy(() -> unpack(new TarBytes().pax('x', "path", name).file("f", "")))
                .hasMessageContaining("characters in archive");
    }

    /** Every way from the layer's root to the victim's directory. */
    private List<String> ways() {
        return List.of(
                outside.toString(),
                "../outside",
                "../../../../../../../../../.." + outside,
                "/proc/self/root" + outside,
                "/proc/self/cwd/../" + outside,
                "x/../../outside");
    }

    /** Either it fails, or what it does stays inside: {@link #nothingOutsideChanged} looks. */
    private void attempt(TarBytes archive) {
        try {
            LayerUnpacker.inherit(layer, unpack(archive), List.of(directory.resolve("lower")));
        } catch (IOException e) {
            assertThat(e.getMessage()).isNotBlank();
        }
    }

    private LayerUnpacker.Unpacked unpack(TarBytes archive) throws IOException {
        return LayerUnpacker.unpack(of(archive.end()), layer, false);
    }

    private static byte[] bomb(int size) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(out)) {
            gzip.write(TarBytes.header('0', "f", "", size));
            byte[] zeros = new byte[1 << 20];
            for (int i = 0; i <= size >> 20; i++) {
                gzip.write(zeros);
            }
        }
        return out.toByteArray();
    }

    private static InputStream of(byte[] bytes) {
        return new ByteArrayInputStream(bytes);
    }

    /** As many as anybody wants. */
    private static final class Zeros extends InputStream {
        @Override
        public int read() {
            return 0;
        }
    }
}
