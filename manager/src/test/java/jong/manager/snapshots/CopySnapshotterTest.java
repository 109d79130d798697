package jong.manager.snapshots;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import jong.manager.metadata.MetadataStore;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("root")
class CopySnapshotterTest extends LayerSnapshotterContract {

    @Override
    LayerSnapshotter open(Path root, MetadataStore metadata) throws IOException {
        return new CopySnapshotter(root, metadata);
    }

    @Override
    boolean copiesParents() {
        return true;
    }

    @Test
    void containersAreBindMountsAndNoPlacesAreTold() throws IOException {
        var snapshotter = open();
        snapshotter.prepare("k", "");
        snapshotter.commit("one", "k");
        assertThat(snapshotter.prepare("k", "one"))
                .containsExactly(
                        new Mount(
                                "bind",
                                directory.resolve("root/snapshots/2/fs").toString(),
                                List.of("rw", "rbind")));
        assertThat(snapshotter.places("k")).isEmpty();
    }
}
