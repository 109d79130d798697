package jong.manager.erofs;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import jong.linux.files.Directory;
import jong.linux.files.DirectoryEntry;
import jong.linux.mounts.MountFlag;
import jong.linux.mounts.Mounts;
import jong.manager.tar.TarBytes;
import jong.manager.unpack.LayerUnpacker;
import jong.manager.unpack.LowerLayers;
import jong.manager.unpack.Trees;
import jong.oci.Digest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The kernel reads images: what it shows is what unpacking makes. */
@Tag("root")
class MountedLayersTest {

    private static final int PAIRS = Integer.getInteger("jong.pairs", 40);

    @TempDir Path directory;

    @Test
    void contentsOfAllSizesAreWhole() throws Exception {
        var archive = new TarBytes();
        for (int size : new int[] {0, 1, 511, 512, 513, 1024, 4095, 4096, 4097, 70_000}) {
            archive.file("f" + size, "x".repeat(size));
        }
        assertMountedAsUnpacked(archive);
    }

    @Test
    void symlinksOfAllLengthsAreWhole() throws Exception {
        var archive = new TarBytes();
        for (int length : new int[] {1, 59, 60, 400, 447, 448, 449, 511, 512, 513, 1024, 4095}) {
            archive.pax('x', "linkpath", "t".repeat(length)).symlink("s" + length, "");
            archive.pax('x', "linkpath", "t".repeat(length), "SCHILY.xattr.trusted.x", "value");
            archive.symlink("a" + length, "");
        }
        assertMountedAsUnpacked(archive);
    }

    @Test
    void namesHaveAnyBytesAndAllLengths() throws Exception {
        var archive = new TarBytes();
        for (int i = 1; i < 256; i++) {
            if (i != '/' && i != '.') {
                archive.file("d/" + (char) i, "");
            }
        }
        for (int length = 1; length <= 255; length += 2) {
            archive.pax('x', "path", "long/" + "n".repeat(length)).file("", "");
        }
        assertMountedAsUnpacked(archive);
    }

    @Test
    void attributesOfAllKindsAreKept() throws Exception {
        String capability = "\1\0\0\2\0\4\0\0\0\0\0\0\0\0\0\0\0\0\0\0";
        String acl =
                "\2\0\0\0\1\0\7\0\377\377\377\377\4\0\5\0\377\377\377\377"
                        + "\10\0\4\0\7\0\0\0\20\0\5\0\377\377\377\377\40\0\1\0\377\377\377\377";
        var archive = new TarBytes();
        archive.pax('x', "SCHILY.xattr.security.capability", capability).file("ping", "");
        archive.pax('x', "SCHILY.xattr.user.empty", "", "SCHILY.xattr.user.big", "v".repeat(3000));
        archive.file("attributes", "content");
        archive.pax('x', "SCHILY.xattr.system.posix_acl_access", acl).file("acl", "");
        archive.pax(
                'x',
                "SCHILY.xattr.system.posix_acl_default",
                acl,
                "SCHILY.xattr.trusted.overlay.opaque",
                "y");
        archive.directory("d/");
        String mode =
                "\2\0\0\0\1\0\7\0\377\377\377\377\4\0\5\0\377\377\377\377\40\0\1\0\377\377\377\377";
        archive.pax('x', "SCHILY.xattr.system.posix_acl_access", mode).file("mode", "");
        assertMountedAsUnpacked(archive);
    }

    @Test
    void laterPermissionsChangeTheAccessControlList() throws Exception {
        String acl =
                "\2\0\0\0\1\0\7\0\377\377\377\377\4\0\5\0\377\377\377\377"
                        + "\10\0\4\0\7\0\0\0\20\0\5\0\377\377\377\377\40\0\1\0\377\377\377\377";
        byte[] again = TarBytes.with(TarBytes.header('5', "d/", "", 0), 100, "0001620");
        var archive = new TarBytes();
        archive.pax('x', "SCHILY.xattr.system.posix_acl_access", acl).directory("d/");
        archive.entry(again, new byte[0]);
        assertMountedAsUnpacked(archive);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SCHILY.xattr.security.capability=x",
                "SCHILY.xattr.system.posix_acl_access=x",
                "SCHILY.xattr.system.posix_acl_default=\2\0\0\0\1\0\7\0\377\377\377\377"
                        + "\4\0\5\0\377\377\377\377\40\0\1\0\377\377\377\377",
                "SCHILY.xattr.user.=x"
            })
    void attributesThatTheKernelRefusesAreRefused(String record) throws Exception {
        String[] pair = record.split("=", 2);
        byte[] archive = new TarBytes().pax('x', pair[0], pair[1]).file("f", "").end();
        assertThat(SameAsUnpacked.check(directory, archive, true)).isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void directoriesMayHaveManyFiles(LayerForm form) throws Exception {
        int count = 100_000;
        Path tar = directory.resolve("many.tar");
        try (var out = new java.io.BufferedOutputStream(Files.newOutputStream(tar))) {
            for (int i = 0; i < count; i++) {
                out.write(TarBytes.header('0', "d/file-" + i, "", 0));
            }
            out.write(new byte[1024]);
        }
        try (var mounted = MountedLayer.of(form, directory, Files.readAllBytes(tar), true);
                var d = Directory.open(mounted.root().resolve("d"))) {
            Set<String> names = new HashSet<>();
            d.list().stream().map(DirectoryEntry::name).forEach(names::add);
            assertThat(names).hasSize(count);
            for (int i = 0; i < count; i += 997) {
                assertThat(d.stat("file-" + i).size()).isZero();
            }
            assertThat(d.statIfExists("file-" + count)).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--format=gnu",
                "--format=posix --sparse-version=0.0",
                "--format=posix --sparse-version=0.1",
                "--format=posix --sparse-version=1.0"
            })
    void sparseFilesKeepTheirHoles(String options) throws Exception {
        Path tree = Files.createDirectory(directory.resolve("tree"));
        Trees.shell(
                tree,
                "truncate -s 1M hole;"
                        + "truncate -s 999999 tail; printf end | dd of=tail bs=1 seek=700000"
                        + " conv=notrunc 2>&1;"
                        + "truncate -s 3M many; for i in 0 20 21 500 700; do"
                        + " head -c 4096 /dev/urandom | dd of=many bs=4096 seek=$i conv=notrunc 2>&1;"
                        + " done; head -c 5000 /dev/urandom > dense; truncate -s 200000 dense");
        byte[] archive =
                Trees.run("sh", "-c", "tar -C \"$0\" -S " + options + " -c .", tree.toString());
        assertThat(archive.length).isLessThan(100_000);
        assertThat(SameAsUnpacked.check(directory, archive, true)).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void filesMayBeLargerThan4GiB(LayerForm form) throws Exception {
        long size = (5L << 30) + 3;
        Path tree = Files.createDirectory(directory.resolve("tree"));
        Trees.shell(tree, "truncate -s " + (size - 3) + " f; printf end >> f");
        byte[] archive = Trees.run("tar", "-C", tree.toString(), "-S", "-c", ".");
        try (var mounted = MountedLayer.of(form, directory, archive, true);
                var file = new RandomAccessFile(mounted.root().resolve("f").toFile(), "r")) {
            assertThat(file.length()).isEqualTo(size);
            file.seek(size - 5);
            byte[] end = new byte[5];
            file.readFully(end);
            assertThat(end).isEqualTo("\0\0end".getBytes(ISO_8859_1));
        }
    }

    @Test
    void layersMergeAsDirectoriesDo() throws Exception {
        byte[] lower =
                new TarBytes()
                        .directory("kept/")
                        .file("kept/a", "lower")
                        .file("kept/b", "lower")
                        .directory("gone/")
                        .file("gone/x", "lower")
                        .directory("opaque/")
                        .file("opaque/x", "lower")
                        .symlink("link", "kept")
                        .entry(
                                TarBytes.with(TarBytes.header('5', "said/", "", 0), 100, "0001777"),
                                new byte[0])
                        .end();
        byte[] upper =
                new TarBytes()
                        .file("kept/.wh.a", "")
                        .file("kept/c", "upper")
                        .file(".wh.gone", "")
                        .file("opaque/.wh..wh..opq", "")
                        .file("opaque/y", "upper")
                        .file("said/new", "upper")
                        .file(".wh.link", "")
                        .directory("link/")
                        .end();
        for (LayerForm form : LayerForm.values()) {
            assertMerged(form, Files.createDirectory(directory.resolve(form.name())), lower, upper);
        }
    }

    @Test
    void randomLayersMergeAsDirectoriesDo() throws Exception {
        long seed = Long.getLong("jong.seed", System.nanoTime());
        for (int i = 0; i < PAIRS; i++) {
            Path place = Files.createDirectory(directory.resolve("pair" + i));
            try {
                assertMerged(
                        LayerForm.values()[i % LayerForm.values().length],
                        place,
                        RandomLayer.sound(seed + i, true),
                        RandomLayer.sound(-seed - i, false));
            } catch (Exception | AssertionError e) {
                throw new AssertionError("seed " + (seed + i), e);
            }
        }
    }

    private void assertMountedAsUnpacked(TarBytes archive) throws Exception {
        assertThat(SameAsUnpacked.check(directory, archive.end(), true)).isTrue();
    }

    private static void assertMerged(LayerForm form, Path place, byte[] lower, byte[] upper)
            throws Exception {
        Path lowerFiles = Files.createDirectory(place.resolve("lower"));
        Path upperFiles = Files.createDirectory(place.resolve("upper"));
        LayerUnpacker.unpack(new ByteArrayInputStream(lower), lowerFiles, true);
        var unpacked = LayerUnpacker.unpack(new ByteArrayInputStream(upper), upperFiles, false);
        Path own = Files.createDirectory(place.resolve("u"));
        LayerTree tree = form.read(own, upper, false);
        LayerUnpacker.inherit(upperFiles, unpacked, List.of(lowerFiles));
        try (var lowerMount = MountedLayer.of(form, place.resolve("l"), lower, true);
                var lowers = LowerLayers.open(List.of(lowerMount.root()))) {
            tree.inherit(lowers);
            tree.write(LayerForm.image(own), Digest.sha256(upper));
            try (var upperMount = MountedLayer.of(form, own)) {
                assertThat(merged(place, upperMount.root(), lowerMount.root()))
                        .isEqualTo(merged(place, upperFiles, lowerFiles));
            }
        }
    }

    private static List<String> merged(Path place, Path upper, Path lower) throws Exception {
        Path target = Files.createDirectories(place.resolve("merged"));
        String options = "lowerdir=" + upper + ":" + lower;
        Mounts.mount("overlay", target, "overlay", Set.of(MountFlag.READ_ONLY), options);
        try {
            return TreeText.of(target);
        } finally {
            Mounts.unmount(target);
        }
    }
}
