package jong.manager.snapshots;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import jong.linux.files.Directory;
import jong.manager.diff.Differ;
import jong.manager.unpack.ArchiveSource;
import jong.manager.unpack.UnpackLimits;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What every snapshotter must do with layers; run against each implementation. */
@Tag("root")
abstract class LayerSnapshotterContract extends SnapshotterContract {

    @Test
    void unpackedLayersShowByTheRulesOfImages() throws Exception {
        unpack("one", "", "d/gone=1", "d/kept=2", "o/hidden=3", "file=4", "dir/x=5");
        unpack("two", "one", "d/.wh.gone=", "o/.wh..wh..opq=", "o/new=6", "file/now=7");
        unpack("three", "two", ".wh.dir=", "z=8");
        snapshotter().view("v", "three");
        assertThat(files(snapshotter().mounts("v")))
                .containsExactly("d/kept=2", "file/now=7", "o/new=6", "z=8");
        snapshotter().view("w", "one");
        assertThat(files(snapshotter().mounts("w")))
                .containsExactly("d/gone=1", "d/kept=2", "dir/x=5", "file=4", "o/hidden=3");
    }

    @Test
    void aLayerMayHideAllThatLiesBelow() throws Exception {
        unpack("one", "", "a=1", "d/b=2");
        unpack("two", "one", ".wh..wh..opq=", "d/c=3");
        unpack("three", "two", "e=4");
        snapshotter().view("v", "two");
        assertThat(files(snapshotter().mounts("v"))).containsExactly("d/c=3");
        snapshotter().prepare("k", "three");
        assertThat(files(snapshotter().mounts("k"))).containsExactly("d/c=3", "e=4");
    }

    @Test
    void failedUnpackLeavesASnapshotThatCanBeRemoved() throws Exception {
        byte[] whole = SnapshotTrees.archive("a=" + "1".repeat(5000), "b=2").readAllBytes();
        var half = new ByteArrayInputStream(whole, 0, 3000);
        assertThatThrownBy(() -> snapshotter().unpack("k", () -> half, true, UnpackLimits.NONE))
                .isInstanceOf(IOException.class);
        snapshotter().remove("k");
        assertThat(snapshotter().walk()).isEmpty();
        assertThat(snapshotter().strays()).isEmpty();
    }

    @Test
    void differencesFromTheArchiveAreFoundAndMended() throws Exception {
        unpack("one", "", "a=1", "b=2");
        unpack("two", "one", "c=3", ".wh.a=");
        prepareLayer("same", "one", "c=3", ".wh.a=");
        assertThat(snapshotter().difference("two", "same")).isEmpty();
        prepareLayer("other", "one", "c=4", ".wh.a=");
        assertThat(snapshotter().difference("two", "other")).contains("/c has another content");
        snapshotter().replace("two", "other");
        assertThat(snapshotter().stat("other")).isEmpty();
        assertThat(snapshotter().stat("two").orElseThrow().parent()).isEqualTo("one");
        snapshotter().view("v", "two");
        assertThat(files(snapshotter().mounts("v"))).containsExactly("b=2", "c=4");
        snapshotter().remove("v");
        snapshotter().remove("same");
        assertThat(snapshotter().strays()).isEmpty();
    }

    @Test
    void lostFilesAreNotIntact() throws Exception {
        unpack("one", "", "a=1");
        snapshotter().prepare("k", "one");
        assertThat(snapshotter().isIntact("one")).isTrue();
        for (String lost : List.of("1", "2")) {
            try (var snapshots = Directory.open(directory.resolve("root/snapshots"))) {
                SnapshotTrees.unmount(directory.resolve("root/snapshots/" + lost));
                snapshots.removeTree(lost);
            }
        }
        assertThat(snapshotter().isIntact("one")).isFalse();
        assertThat(snapshotter().isIntact("k")).isFalse();
    }

    @Test
    void differencesOfAContainerAreALayer() throws Exception {
        unpack("one", "", "a=1", "d/b=2", "d/c=3");
        fill(
                snapshotter().prepare("k", "one"),
                root -> write(root, "a", "changed"),
                root -> delete(root, "d/b"),
                root -> write(root, "new", "4"));
        var differ = new Differ(snapshotter(), directory.resolve("mounts"));
        List<String> changes = new ArrayList<>();
        differ.changes("k", change -> changes.add(change.kind().letter() + " " + change.path()));
        assertThat(changes).containsExactly("C /a", "C /d", "D /d/b", "A /new");
        assertThat(differ.size("k")).isEqualTo("changed".length() + "4".length());
        var layer = new ByteArrayOutputStream();
        differ.writeLayer("k", layer);
        var again = new ByteArrayOutputStream();
        differ.writeLayer("k", again);
        assertThat(again.toByteArray()).isEqualTo(layer.toByteArray());
        var archive = new ByteArrayInputStream(layer.toByteArray());
        var unpacked = snapshotter().unpack("l", () -> archive, false, UnpackLimits.NONE);
        snapshotter().inherit("l", unpacked, "one");
        snapshotter().commitOnto("one", "two", "l");
        snapshotter().view("v", "two");
        assertThat(files(snapshotter().mounts("v"))).containsExactly("a=changed", "d/c=3", "new=4");
    }

    final void prepareLayer(String key, String parent, String... files) throws IOException {
        ArchiveSource archive = () -> SnapshotTrees.archive(files);
        var unpacked = snapshotter().unpack(key, archive, parent.isEmpty(), UnpackLimits.NONE);
        snapshotter().inherit(key, unpacked, parent);
    }

    private void unpack(String name, String parent, String... files) throws IOException {
        prepareLayer("extract", parent, files);
        if (parent.isEmpty()) {
            snapshotter().commit(name, "extract");
        } else {
            snapshotter().commitOnto(parent, name, "extract");
        }
    }

    final List<String> files(List<Mount> mounts) throws IOException {
        try (var mounted = MountedSnapshot.mount(mounts, directory.resolve("mounts"))) {
            return SnapshotTrees.files(mounted.root());
        }
    }
}
