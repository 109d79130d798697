package jong.manager.snapshots;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import jong.linux.Errno;
import jong.linux.ErrnoException;
import jong.linux.files.Directory;
import jong.manager.diff.Change;
import jong.manager.diff.Differ;
import jong.manager.metadata.MetadataStore;
import jong.manager.unpack.Trees;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a container gets by making a directory in the last one, some thousand times. */
@Tag("root")
class DeepTreesTest {

    private static final int DEEP = 1500;
    private static final int TOO_DEEP = 3000;

    @TempDir Path temporary;
    private Path tree;
    private Path other;

    @BeforeEach
    void makeDirectories() throws IOException {
        tree = Files.createDirectory(temporary.resolve("tree"));
        other = Files.createDirectory(temporary.resolve("other"));
    }

    @Test
    void usageIsCountedAsDeepAsPathsReach() throws Exception {
        Trees.withDeep(
                tree, DEEP, () -> assertThat(DiskUsage.of(tree).inodes()).isEqualTo(DEEP + 1));
        Trees.withDeep(
                tree,
                TOO_DEEP,
                () -> assertThat(DiskUsage.of(tree).inodes()).isBetween(2048L, TOO_DEEP + 0L));
    }

    @Test
    void copiesAndMergedLayersAreEqual() throws Exception {
        Trees.withDeep(
                tree,
                DEEP,
                () -> {
                    Files.createFile(tree.resolve("z"));
                    TreeCopy.copy(tree, other);
                    assertThat(TreeEquality.difference(tree, other)).isEmpty();
                    LayerMerge.merge(tree, other);
                    assertThat(TreeEquality.difference(tree, other)).isEmpty();
                    Files.delete(other.resolve("z"));
                    assertThat(TreeEquality.difference(tree, other)).contains("/z is missing");
                });
        removeCopy();
    }

    @Test
    void changesAreFoundAsDeepAsPathsReach() throws Exception {
        try (var metadata = MetadataStore.open(temporary.resolve("metadata.db"))) {
            var snapshots = new OverlaySnapshotter(temporary.resolve("root"), metadata);
            Path files = Path.of(snapshots.prepare("k", "").getFirst().source());
            var differ = new Differ(snapshots, temporary.resolve("mounts"));
            Trees.withDeep(
                    files,
                    DEEP,
                    () -> {
                        List<Change> changes = new ArrayList<>();
                        differ.changes("k", changes::add);
                        assertThat(changes).hasSize(DEEP);
                        differ.writeLayer("k", OutputStream.nullOutputStream());
                    });
            Trees.withDeep(
                    files,
                    TOO_DEEP,
                    () ->
                            assertThatThrownBy(() -> differ.changes("k", _ -> {}))
                                    .hasMessageStartingWith("path of more than 4096 characters"));
        }
    }

    @Test
    void deeperCopiesAreRefused() throws Exception {
        Trees.withDeep(
                tree,
                TOO_DEEP,
                () ->
                        assertThatThrownBy(() -> TreeCopy.copy(tree, other))
                                .isInstanceOfSatisfying(
                                        ErrnoException.class,
                                        e -> assertThat(e.errno()).isEqualTo(Errno.ENAMETOOLONG)));
        removeCopy();
    }

    private void removeCopy() throws IOException {
        try (var root = Directory.open(other)) {
            root.removeTree("d");
        }
    }
}
