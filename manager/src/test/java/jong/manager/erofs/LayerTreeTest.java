package jong.manager.erofs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import jong.manager.tar.TarBytes;
import jong.oci.Digest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What stands in images; the kernel reads them in {@link MountedLayersTest}. */
class LayerTreeTest {

    @TempDir Path directory;

    @Test
    void filesPointIntoTheArchive() throws Exception {
        byte[] archive = new TarBytes().file("a", "first").file("b", "second").end();
        ErofsImage image = ErofsImage.of(directory, archive, true);
        Map<String, ErofsImage.Node> files = image.files();
        assertThat(files.keySet()).containsExactly("", "a", "b");
        assertThat(image.archiveOffset(files.get("a"))).isEqualTo(512);
        assertThat(image.archiveOffset(files.get("b"))).isEqualTo(1536);
        assertThat(files.get("b").size()).isEqualTo(6);
    }

    @Test
    void inodesAreCompactIfMostHaveTheSameTime() throws Exception {
        byte[] later = TarBytes.with(TarBytes.header('0', "later", "", 0), 136, "00000000007");
        byte[] archive = new TarBytes().file("a", "").file("b", "").entry(later, new byte[0]).end();
        Map<String, ErofsImage.Node> files = ErofsImage.of(directory, archive, true).files();
        assertThat(files.get("a").body() - 32 * files.get("a").nid()).isEqualTo(32);
        assertThat(files.get("later").body() - 32 * files.get("later").nid()).isEqualTo(64);
    }

    @Test
    void symlinksAndSmallDirectoriesLieBesideTheirInodes() throws Exception {
        byte[] archive = new TarBytes().symlink("s", "target").directory("d/").end();
        ErofsImage image = ErofsImage.of(directory, archive, true);
        assertThat(image.files().get("s").layout()).isEqualTo(2);
        assertThat(image.files().get("d").layout()).isEqualTo(2);
        assertThat(image.text(image.files().get("s"))).isEqualTo("target");
    }

    @Test
    void linksAreCounted() throws Exception {
        byte[] archive =
                new TarBytes()
                        .directory("d/")
                        .directory("d/sub/")
                        .file("d/f", "")
                        .hardLink("x", "d/f")
                        .hardLink("y", "x")
                        .hardLink("gone", "x")
                        .file("gone", "")
                        .end();
        Map<String, ErofsImage.Node> files = ErofsImage.of(directory, archive, true).files();
        assertThat(files.get("d").links()).isEqualTo(3);
        assertThat(files.get("y").links()).isEqualTo(3);
        assertThat(files.get("y").nid()).isEqualTo(files.get("d/f").nid());
        assertThat(files.get("gone").links()).isEqualTo(1);
    }

    @Test
    void equalArchivesGiveEqualImages() throws Exception {
        byte[] archive =
                new TarBytes()
                        .pax('x', "SCHILY.xattr.user.b", "2", "SCHILY.xattr.user.a", "1")
                        .directory("d/")
                        .file("d/f", "")
                        .hardLink("a", "d/f")
                        .symlink("Aa", "x")
                        .symlink("BB", "x") // Equal hash codes.
                        .end();
        Path first = write("first", archive, archive);
        Path second = write("second", archive, archive);
        Path other = write("other", archive, new byte[1]);
        assertThat(first).hasSameBinaryContentAs(second);
        assertThat(uuid(first)).isNotEqualTo(uuid(other));
    }

    @Test
    void linksToLowerFilesAreForUnpacking() throws Exception {
        byte[] archive = new TarBytes().hardLink("a", "below").hardLink("b", "a").end();
        LayerTree tree = LayerTree.read(new ByteArrayInputStream(archive), false);
        assertThat(tree.lowerLinks())
                .containsOnly(Map.entry("a", "below"), Map.entry("b", "below"));
        assertThatThrownBy(() -> tree.write(directory.resolve("i"), Digest.sha256(archive)))
                .isInstanceOf(UnmountableLayerException.class)
                .hasMessageContaining("layers below");
        assertThatThrownBy(() -> LayerTree.read(new ByteArrayInputStream(archive), true))
                .hasMessage("cannot link a to below, which is not in the layer");
    }

    @Test
    void scatteredSparseFilesAreForUnpacking() {
        byte[] header = TarBytes.header('0', "f", "", 200);
        byte[] archive =
                new TarBytes()
                        .pax(
                                'x',
                                "GNU.sparse.major",
                                "0",
                                "GNU.sparse.minor",
                                "1",
                                "GNU.sparse.size",
                                "9000",
                                "GNU.sparse.map",
                                "0,100,700,100")
                        .entry(header, new byte[200])
                        .end();
        assertThatThrownBy(() -> LayerTree.read(new ByteArrayInputStream(archive), true))
                .isInstanceOf(UnmountableLayerException.class)
                .hasMessageEndingWith("sparse file f is too scattered");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../f", "d/../../f", "..", "/../f"})
    void namesThatLeadOutsideAreRefused(String name) {
        for (byte[] archive :
                List.of(
                        new TarBytes().file(name, "").end(),
                        new TarBytes().hardLink("link", name).end())) {
            assertThatThrownBy(() -> LayerTree.read(new ByteArrayInputStream(archive), false))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("leads outside");
        }
    }

    @Test
    void symlinksLeadInsideTheLayerOnly() throws Exception {
        byte[] archive =
                new TarBytes()
                        .symlink("out", "../../..")
                        .symlink("host", "/")
                        .file("out/a/f", "")
                        .file("host/b/f", "")
                        .end();
        assertThat(ErofsImage.of(directory, archive, true).files())
                .containsKeys("a/f", "b/f", "out", "host");
    }

    @Test
    void memoryHasALimit() {
        var budget = new MemoryBudget(10_000);
        var builder = new TreeBuilder(budget, new ArchiveData(budget));
        var many = new TarBytes();
        for (int i = 0; i < 100; i++) {
            many.file("f" + i, "");
        }
        assertThatThrownBy(() ->
                        jong.manager.unpack.LayerEntries.apply(
                                new ByteArrayInputStream(many.end()), builder, true))
                .isInstanceOf(UnmountableLayerException.class)
                .hasMessageContaining("too many files");
    }

    @Test
    void layersThatAwaitTheirImageShareTheMemory() throws Exception {
        byte[] archive = new TarBytes().file("a", "1").file("b", "2").end();
        long before = MemoryBudget.left();
        LayerTree one = LayerTree.read(new ByteArrayInputStream(archive), true);
        long with = MemoryBudget.left();
        assertThat(with).isLessThan(before);
        LayerTree.read(new ByteArrayInputStream(archive), true)
                .write(directory.resolve("two"), Digest.sha256(archive));
        assertThat(MemoryBudget.left()).isGreaterThanOrEqualTo(with);
        byte[] linked = new TarBytes().hardLink("a", "lower").end();
        LayerTree.read(new ByteArrayInputStream(linked), false);
        assertThat(MemoryBudget.left()).isGreaterThanOrEqualTo(with);
        one.write(directory.resolve("one"), Digest.sha256(archive));
        assertThat(MemoryBudget.left()).isGreaterThanOrEqualTo(before);
    }

    @Test
    void deepTreesOfUnnamedDirectoriesAreForUnpacking() {
        String down = "d/".repeat(1000);
        var deep = new TarBytes();
        deep.pax('x', "path", down + "f").file("", "");
        deep.pax('x', "linkpath", down).symlink("l1", "");
        deep.pax('x', "path", "l1/" + down + "f").file("", "");
        deep.pax('x', "linkpath", "l1/" + down).symlink("l2", "");
        deep.pax('x', "path", "l2/" + down + "f").file("", "");
        assertThatThrownBy(() -> LayerTree.read(new ByteArrayInputStream(deep.end()), true))
                .isInstanceOf(UnmountableLayerException.class)
                .hasMessageEndingWith("its unnamed directories are too deep");
    }

    /** Every image that can be written is sound, whatever the archive is. */
    @Test
    void damagedArchivesEndInErrorsOrSoundImages() throws Exception {
        long seed = Long.getLong("jong.seed", System.nanoTime());
        for (int i = 0; i < 300; i++) {
            var random = new Random(seed + i);
            byte[] archive = RandomLayer.damaged(seed + i, random);
            try {
                ErofsImage.of(directory, archive, random.nextBoolean()).files();
            } catch (IOException e) {
                assertThat(e).as("seed %d", seed + i).hasMessageMatching("(?s).+");
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("seed " + (seed + i), e);
            }
        }
    }

    private Path write(String name, byte[] archive, byte[] digested) throws IOException {
        Path image = directory.resolve(name);
        LayerTree.read(new ByteArrayInputStream(archive), false)
                .write(image, Digest.sha256(digested));
        return image;
    }

    private static String uuid(Path image) throws IOException {
        return HexFormat.of().formatHex(Files.readAllBytes(image), 1024 + 48, 1024 + 64);
    }
}
