package jong.manager.snapshots;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import jong.manager.archive.RootView;
import jong.manager.metadata.MetadataStore;
import jong.wire.status.StatusException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("root")
class OverlaySnapshotterTest extends LayerSnapshotterContract {

    @Override
    LayerSnapshotter open(Path root, MetadataStore metadata) throws IOException {
        return new OverlaySnapshotter(root, metadata);
    }

    @Override
    boolean copiesParents() {
        return false;
    }

    @Test
    void pathsThatOverlayfsCannotTakeAreRefused() {
        assertThatThrownBy(() -> new OverlaySnapshotter(directory.resolve("a:b"), metadata()))
                .isInstanceOf(StatusException.InvalidArgument.class)
                .hasMessageContaining("overlayfs takes no");
    }

    @Test
    void asManyLayersAsTheKernelTakesAreShownAndNotOneMore() throws Exception {
        var snapshotter = open();
        String parent = "";
        for (int i = 1; i <= OverlayTrees.MOST_LAYERS + 1; i++) {
            var archive = SnapshotTrees.archive("file" + i + "=" + i, "same=" + i);
            snapshotter.unpack(
                    "extract", () -> archive, i == 1, jong.manager.unpack.UnpackLimits.NONE);
            if (i == 1) {
                snapshotter.commit("layer 1", "extract");
            } else {
                snapshotter.commitOnto(parent, "layer " + i, "extract");
            }
            parent = "layer " + i;
        }
        var mounts = snapshotter.prepare("k", "layer " + OverlayTrees.MOST_LAYERS);
        try (var mounted = MountedSnapshot.mount(mounts, directory.resolve("mounts"))) {
            assertThat(mounted.root().resolve("file1")).hasContent("1");
            assertThat(mounted.root().resolve("same")).hasContent("499");
        }
        Path place = Files.createDirectory(directory.resolve("place"));
        try (var stopped = RootView.ofSnapshot(mounts, List.of(), place)) {
            assertThat(stopped.files().stat("/file1").stat().size()).isEqualTo(1);
        }
        assertThatThrownBy(() ->
                        snapshotter.prepare("too deep", "layer " + (OverlayTrees.MOST_LAYERS + 1)))
                .isInstanceOf(StatusException.InvalidArgument.class)
                .hasMessage(
                        "max depth exceeded: overlayfs shows at most 499 layers, and these are"
                                + " 500");
        assertThat(snapshotter.strays()).isEmpty();
    }

    @Test
    void placesAreToldInDockersWords() throws Exception {
        var snapshotter = open();
        snapshotter.prepare("k", "");
        snapshotter.commit("one", "k");
        snapshotter.prepare("k", "one");
        Path snapshots = directory.resolve("root/snapshots");
        assertThat(snapshotter.places("one"))
                .containsOnlyKeys("MergedDir", "UpperDir", "WorkDir")
                .containsEntry("UpperDir", snapshots.resolve("1/fs").toString())
                .containsEntry("WorkDir", snapshots.resolve("1/work").toString());
        assertThat(snapshotter.places("k"))
                .containsEntry("LowerDir", snapshots.resolve("1/fs").toString())
                .containsEntry("UpperDir", snapshots.resolve("2/fs").toString());
        String options = String.join(" ", snapshotter.mounts("k").getFirst().options());
        assertThat(Arrays.asList(options.split(" ")))
                .contains("upperdir=" + snapshots.resolve("2/fs"));
    }
}
