package jong.manager.snapshots;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import jong.manager.metadata.MetadataStore;
import jong.wire.status.StatusException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("root")
class OverlaySnapshotterTest extends SnapshotterContract {

    private @Nullable MetadataStore metadata;

    @Override
    Snapshotter open() throws IOException {
        closeMetadata();
        metadata = MetadataStore.open(directory.resolve("metadata.db"));
        return new OverlaySnapshotter(directory.resolve("root"), metadata);
    }

    @AfterEach
    void closeMetadata() {
        if (metadata != null) {
            metadata.close();
        }
    }

    @Test
    void directoriesWithoutAnEntryGoAtTheStart() throws IOException {
        Snapshotter snapshotter = open();
        snapshotter.prepare("k", "");
        Path snapshots = directory.resolve("root/snapshots");
        Files.createDirectories(snapshots.resolve("77/fs/left/over"));
        Files.createDirectories(snapshots.resolve("not-ours"));
        open();
        assertThat(snapshots.resolve("77")).doesNotExist();
        assertThat(snapshots.resolve("not-ours")).exists();
        assertThat(snapshots.resolve("1/fs")).exists();
    }

    @Test
    void refusedPrepareLeavesNoDirectory() throws IOException {
        Snapshotter snapshotter = open();
        snapshotter.prepare("k", "");
        assertThatThrownBy(() -> snapshotter.prepare("k", ""))
                .isInstanceOf(StatusException.AlreadyExists.class);
        assertThat(directory.resolve("root/snapshots")).isDirectoryNotContaining("glob:**/2");
    }

    @Test
    void pathsThatOverlayfsCannotTakeAreRefused() {
        assertThatThrownBy(() ->
                        new OverlaySnapshotter(
                                directory.resolve("a:b"),
                                java.util.Objects.requireNonNull(metadata)))
                .isInstanceOf(StatusException.InvalidArgument.class)
                .hasMessageContaining("overlayfs takes no");
    }
}
