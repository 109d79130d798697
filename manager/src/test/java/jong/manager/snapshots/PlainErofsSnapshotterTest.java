package jong.manager.snapshots;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import jong.manager.unpack.UnpackLimits;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The same without compression, and both in one store. */
@Tag("root")
class PlainErofsSnapshotterTest extends ErofsSnapshotterTest {

    private LayerCompression compression = LayerCompression.NONE;

    @Override
    LayerCompression compression() {
        return compression;
    }

    @Override
    List<String> layerFiles() {
        return List.of("layer.tar", "layer.erofs");
    }

    @Test
    void archiveIsKeptAsItIs() throws Exception {
        var snapshotter = open();
        snapshotter.unpack("k", () -> SnapshotTrees.archive("a=1"), true, UnpackLimits.NONE);
        assertThat(directory.resolve("root/snapshots/1/layer.tar"))
                .hasBinaryContent(SnapshotTrees.archive("a=1").readAllBytes());
    }

    /** What an earlier version has stored goes on. */
    @Test
    void compressedLayersStandOnOthers() throws Exception {
        prepareLayer("l", "", "a=1", "b=2");
        snapshotter().commit("one", "l");
        compression = LayerCompression.LZ4;
        open();
        prepareLayer("l", "one", "b=3", "c=4");
        snapshotter().commitOnto("one", "two", "l");
        assertThat(directory.resolve("root/snapshots/2/compressed.erofs")).exists();
        snapshotter().view("v", "two");
        assertThat(files(snapshotter().mounts("v"))).containsExactly("a=1", "b=3", "c=4");
        prepareLayer("same", "", "a=1", "b=2");
        assertThat(snapshotter().difference("one", "same")).isEmpty();
        prepareLayer("other", "", "a=1", "b=3");
        assertThat(snapshotter().difference("one", "other")).contains("/b has another content");
    }
}
