package jong.manager.snapshots;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import jong.manager.metadata.MetadataStore;
import jong.manager.unpack.ArchiveSource;
import jong.manager.unpack.LayerUnpacker.Unpacked;
import jong.manager.unpack.UnpackLimits;
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
    void whatIsBeingCopiedIsNoStray() throws Exception {
        var snapshotter = open();
        snapshotter.prepare("k", "");
        for (int i = 0; i < 500; i++) {
            Files.writeString(directory.resolve("root/snapshots/1/fs/" + i), "x");
        }
        snapshotter.commit("one", "k");
        Callable<Unpacked> copies =
                () -> {
                    snapshotter.prepare("container", "one");
                    ArchiveSource archive = () -> new ByteArrayInputStream(new byte[1024]);
                    Unpacked layer = snapshotter.unpack("k", archive, false, UnpackLimits.NONE);
                    snapshotter.inherit("k", layer, "one");
                    return layer;
                };
        var copying = new FutureTask<>(copies);
        Set<Path> strays = new HashSet<>();
        Thread.ofPlatform().start(copying);
        while (!copying.isDone()) {
            strays.addAll(snapshotter.strays());
        }
        copying.get();
        strays.remove(directory.resolve("root/snapshots/3")); // Goes once the merged one is there.
        assertThat(strays).isEmpty();
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
