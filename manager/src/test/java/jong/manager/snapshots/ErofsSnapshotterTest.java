package jong.manager.snapshots;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.CRC32C;
import jong.linux.files.Directory;
import jong.linux.mounts.MountTable;
import jong.manager.metadata.MetadataStore;
import jong.manager.tar.TarEntry;
import jong.manager.tar.TarWriter;
import jong.manager.unpack.ArchiveSource;
import jong.manager.unpack.UnpackLimits;
import jong.wire.status.StatusException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("root")
class ErofsSnapshotterTest extends LayerSnapshotterContract {

    @Override
    LayerSnapshotter open(Path root, MetadataStore metadata) throws IOException {
        return new ErofsSnapshotter(root, metadata, compression());
    }

    LayerCompression compression() {
        return LayerCompression.LZ4;
    }

    /** Of what a layer is made. */
    List<String> layerFiles() {
        return List.of("compressed.erofs");
    }

    @Override
    boolean copiesParents() {
        return false;
    }

    @Test
    void layersAreMountedOnceAndNotUnpacked() throws Exception {
        var snapshotter = open();
        byte[] archive = SnapshotTrees.archive("d/a=1", "b=2").readAllBytes();
        commit(snapshotter, "one", "", () -> new ByteArrayInputStream(archive));
        assertThat(own(1).resolve("fs")).isEmptyDirectory();
        assertThat(own(1))
                .isDirectoryContaining(file -> file.endsWith("fs"))
                .isDirectoryNotContaining("glob:**/{work,compressed.new}");
        assertThat(mounts()).as("before it is needed").isEmpty();
        for (String key : List.of("k", "l")) {
            assertThat(files(snapshotter.prepare(key, "one"))).containsExactly("b=2", "d/a=1");
            assertThat(mounts()).containsExactly(own(1).resolve("fs").toString());
        }
        assertThat(snapshotter.usage("one").inodes()).isEqualTo(layerFiles().size());
    }

    @Test
    void nextProcessFindsMountsAndMakesThoseThatAreGone() throws Exception {
        var snapshotter = open();
        commit(snapshotter, "one", "", () -> SnapshotTrees.archive("a=1"));
        snapshotter.prepare("k", "one");
        assertThat(mounts()).hasSize(1);
        snapshotter = open();
        assertThat(files(snapshotter.mounts("k"))).containsExactly("a=1");
        assertThat(mounts()).hasSize(1);
        SnapshotTrees.unmount(directory.resolve("root")); // As a boot does.
        snapshotter = open();
        assertThat(files(snapshotter.mounts("k"))).containsExactly("a=1");
        assertThat(mounts()).hasSize(1);
    }

    @Test
    void unusedLayersAreUnmountedAndUsedOnesStay() throws Exception {
        var snapshotter = open();
        commit(snapshotter, "one", "", () -> SnapshotTrees.archive("a=1"));
        commit(snapshotter, "two", "", () -> SnapshotTrees.archive("a=2"));
        snapshotter.prepare("k", "one");
        snapshotter.prepare("l", "two");
        snapshotter.unmountUnused(Set.of("l", "unknown"));
        assertThat(mounts()).containsExactly(own(2).resolve("fs").toString());
        snapshotter.unmountUnused(Set.of());
        assertThat(mounts()).isEmpty();
        assertThat(files(snapshotter.mounts("k"))).containsExactly("a=1");
    }

    @Test
    void containerGoesOnWhenItsLayersAreUnmounted() throws Exception {
        var snapshotter = open();
        commit(snapshotter, "one", "", () -> SnapshotTrees.archive("a=1"));
        var mounts = snapshotter.prepare("k", "one");
        try (var mounted = MountedSnapshot.mount(mounts, directory.resolve("mounts"))) {
            snapshotter.unmountUnused(Set.of());
            assertThat(mounted.root().resolve("a")).hasContent("1");
        }
    }

    @Test
    void layerInUseIsNotForgotten() throws Exception {
        var snapshotter = open();
        commit(snapshotter, "one", "", () -> SnapshotTrees.archive("a=1"));
        snapshotter.view("v", "one");
        snapshotter.remove("v");
        try (var _ = Directory.open(own(1).resolve("fs"))) {
            assertThatThrownBy(() -> snapshotter.remove("one"))
                    .isInstanceOf(StatusException.Conflict.class)
                    .hasMessageContaining("are in use");
            assertThat(snapshotter.isIntact("one")).isTrue();
        }
        snapshotter.remove("one");
        assertThat(own(1)).doesNotExist();
    }

    @Test
    void linksToLayersBelowMakeADirectory() throws Exception {
        var snapshotter = open();
        commit(snapshotter, "one", "", () -> SnapshotTrees.archive("d/a=1"));
        var archive = new ByteArrayOutputStream();
        try (var tar = new TarWriter(archive)) {
            tar.write(hardLink("b", "d/a"));
            tar.write(TarEntry.file("c", 0, 0));
        }
        commit(snapshotter, "two", "one", () -> new ByteArrayInputStream(archive.toByteArray()));
        assertThat(own(2)).isDirectoryNotContaining("glob:**/{layer,compressed}.*");
        commit(snapshotter, "three", "two", () -> SnapshotTrees.archive("e=5"));
        assertThat(files(snapshotter.prepare("k", "three")))
                .containsExactly("b=1", "c=", "d/a=1", "e=5");
        assertThat(snapshotter.isIntact("two")).isTrue();
    }

    @Test
    void everyDamagedByteOfALayerIsADifference() throws Exception {
        var snapshotter = open();
        commit(snapshotter, "one", "", () -> SnapshotTrees.archive("a=1", "b=2"));
        ArchiveSource archive = () -> SnapshotTrees.archive("a=1", "b=2");
        var layer = snapshotter.unpack("l", archive, true, NONE);
        snapshotter.inherit("l", layer, "");
        assertThat(snapshotter.difference("one", "l")).isEmpty();
        for (String file : layerFiles()) {
            Path path = own(1).resolve(file);
            byte[] sound = Files.readAllBytes(path);
            for (int at : new int[] {300, 520, sound.length - 1}) {
                byte[] damaged = sound.clone();
                damaged[at] ^= 1;
                SnapshotTrees.unmount(directory.resolve("root"));
                Files.write(path, damaged);
                assertThat(snapshotter.difference("one", "l")).as(file + " at " + at).isPresent();
            }
            Files.write(path, sound);
        }
        Files.delete(own(1).resolve(layerFiles().getFirst()));
        assertThat(snapshotter.isIntact("one")).isFalse();
        snapshotter.replace("one", "l");
        assertThat(snapshotter.isIntact("one")).isTrue();
        assertThat(files(snapshotter.prepare("k", "one"))).containsExactly("a=1", "b=2");
    }

    /** liblz4 may be updated below an old store. */
    @Test
    void imageOfAnotherCompressorIsNoDifference() throws Exception {
        var snapshotter = open();
        ArchiveSource archive = () -> SnapshotTrees.archive("a=1", "b=2");
        commit(snapshotter, "one", "", archive);
        var layer = snapshotter.unpack("l", archive, true, NONE);
        snapshotter.inherit("l", layer, "");
        Path image = own(1).resolve(layerFiles().getLast());
        byte[] bytes = Files.readAllBytes(image);
        System.arraycopy("other".getBytes(US_ASCII), 0, bytes, 1024 + 64, 5);
        Files.write(image, withChecksum(bytes));
        assertThat(snapshotter.difference("one", "l")).isEmpty();
    }

    private static byte[] withChecksum(byte[] image) {
        var buffer = ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN);
        int block = 1 << image[1024 + 12];
        buffer.putInt(1028, 0);
        var crc = new CRC32C();
        crc.update(image, 1024, block - 1024 % block);
        buffer.putInt(1028, ~(int) crc.getValue());
        return image;
    }

    private static final UnpackLimits NONE = UnpackLimits.NONE;

    private static void commit(
            LayerSnapshotter snapshotter, String name, String parent, ArchiveSource archive)
            throws IOException {
        var layer = snapshotter.unpack("extract", archive, parent.isEmpty(), NONE);
        snapshotter.inherit("extract", layer, parent);
        if (parent.isEmpty()) {
            snapshotter.commit(name, "extract");
        } else {
            snapshotter.commitOnto(parent, name, "extract");
        }
    }

    private static TarEntry hardLink(String name, String target) {
        return new TarEntry(
                name, TarEntry.Type.HARD_LINK, 0644, 0, 0, 0, 0, target, 0, 0, Map.of(), List.of());
    }

    private Path own(int number) {
        return directory.resolve("root/snapshots").resolve(Integer.toString(number));
    }

    private List<String> mounts() throws IOException {
        return MountTable.read().under(directory).stream()
                .map(mount -> mount.mountPoint())
                .toList();
    }
}
