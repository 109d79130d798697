package jong.manager.snapshots;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import jong.linux.mounts.MountTable;
import jong.manager.snapshots.SnapshotInfo.Kind;
import jong.wire.status.StatusException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every snapshotter must do; run against each implementation. */
@Tag("root")
abstract class SnapshotterContract {

    @TempDir Path directory;

    private Snapshotter snapshotter;

    abstract Snapshotter open() throws IOException;

    @BeforeEach
    void begin() throws IOException {
        snapshotter = open();
    }

    @AfterEach
    void nothingStaysMounted() throws IOException {
        assertThat(MountTable.read().under(directory)).isEmpty();
    }

    @Test
    void layersShowThroughEachOther() throws IOException {
        commitLayer("one", "", root -> write(root, "a", "1"), root -> write(root, "b", "1"));
        commitLayer("two", "one", root -> write(root, "b", "2"), root -> delete(root, "a"));
        assertThat(contents(snapshotter.view("v", "two"))).containsExactly("b=2");
        assertThat(contents(snapshotter.view("w", "one"))).containsExactly("a=1", "b=1");
        assertThat(contents(snapshotter.prepare("c", "two"))).containsExactly("b=2");
    }

    @Test
    void viewIsReadOnlyAndCannotBeCommitted() throws IOException {
        commitLayer("one", "", root -> write(root, "a", "1"));
        commitLayer("two", "one", root -> write(root, "b", "1"));
        for (String parent : List.of("", "one", "two")) {
            String key = "view of " + parent;
            List<Mount> mounts = snapshotter.view(key, parent);
            try (var mounted = MountedSnapshot.mount(mounts, directory.resolve("mounts"))) {
                assertThatThrownBy(() -> write(mounted.root(), "x", ""))
                        .isInstanceOf(IOException.class);
            }
            assertThatThrownBy(() -> snapshotter.commit("x", key))
                    .isInstanceOf(StatusException.InvalidArgument.class);
        }
    }

    @Test
    void commitGivesTheKeyBackAndFixesTheName() throws IOException {
        snapshotter.prepare("k", "");
        assertThat(snapshotter.stat("k").orElseThrow().kind()).isEqualTo(Kind.ACTIVE);
        snapshotter.commit("n", "k");
        assertThat(snapshotter.stat("k")).isEmpty();
        assertThat(snapshotter.stat("n").orElseThrow().kind()).isEqualTo(Kind.COMMITTED);
        assertThatThrownBy(() -> snapshotter.mounts("n"))
                .isInstanceOf(StatusException.InvalidArgument.class);
        snapshotter.prepare("k", "n");
        assertThatThrownBy(() -> snapshotter.commit("n", "k"))
                .isInstanceOf(StatusException.AlreadyExists.class);
        assertThat(snapshotter.stat("k")).as("a refused commit changes nothing").isPresent();
    }

    @Test
    void parentsAreCommittedSnapshots() throws IOException {
        snapshotter.prepare("active", "");
        assertThatThrownBy(() -> snapshotter.prepare("k", "nosuch"))
                .isInstanceOf(StatusException.NotFound.class);
        assertThatThrownBy(() -> snapshotter.prepare("k", "active"))
                .isInstanceOf(StatusException.InvalidArgument.class);
        assertThatThrownBy(() -> snapshotter.prepare("active", ""))
                .isInstanceOf(StatusException.AlreadyExists.class);
        assertThat(snapshotter.walk()).extracting(SnapshotInfo::name).containsExactly("active");
    }

    @Test
    void commitOntoSetsTheParentAtTheEnd() throws IOException {
        commitLayer("one", "", root -> write(root, "a", "1"));
        fill(snapshotter.prepare("k", ""), root -> write(root, "b", "2"));
        snapshotter.commitOnto("one", "two", "k");
        assertThat(contents(snapshotter.view("v", "two"))).containsExactly("a=1", "b=2");
        snapshotter.prepare("late", "one");
        assertThatThrownBy(() -> snapshotter.commitOnto("one", "three", "late"))
                .isInstanceOf(StatusException.InvalidArgument.class);
    }

    @Test
    void removeRefusesWhileAnotherStandsOnIt() throws IOException {
        commitLayer("one", "", root -> write(root, "a", "1"));
        snapshotter.prepare("k", "one");
        assertThatThrownBy(() -> snapshotter.remove("one"))
                .isInstanceOf(StatusException.Conflict.class);
        snapshotter.remove("k");
        snapshotter.remove("one");
        assertThat(snapshotter.walk()).isEmpty();
        assertThatThrownBy(() -> snapshotter.remove("one"))
                .isInstanceOf(StatusException.NotFound.class);
    }

    @Test
    void rootLooksLikeTheParentsRoot() throws IOException {
        commitLayer(
                "one",
                "",
                root ->
                        Files.setPosixFilePermissions(
                                root, PosixFilePermissions.fromString("rwx------")),
                root -> Files.setAttribute(root, "unix:uid", 1234));
        List<Mount> mounts = snapshotter.prepare("k", "one");
        try (var mounted = MountedSnapshot.mount(mounts, directory.resolve("mounts"))) {
            assertThat(Files.getAttribute(mounted.root(), "unix:uid")).isEqualTo(1234);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(mounted.root())))
                    .isEqualTo("rwx------");
        }
    }

    @Test
    void usageCountsWhatWasWrittenHere() throws IOException {
        commitLayer("one", "", root -> write(root, "big", "x".repeat(1_000_000)));
        commitLayer("two", "one", root -> write(root, "small", "x"));
        assertThat(snapshotter.usage("one").bytes()).isBetween(1_000_000L, 1_100_000L);
        assertThat(snapshotter.usage("one").inodes()).isEqualTo(2);
        assertThat(snapshotter.usage("two").bytes()).isLessThan(100_000);
    }

    @Test
    void snapshotsSurviveReopening() throws IOException {
        commitLayer("one", "", root -> write(root, "a", "1"));
        List<Mount> mounts = snapshotter.prepare("k", "one");
        snapshotter = open();
        assertThat(snapshotter.mounts("k")).isEqualTo(mounts);
        assertThat(snapshotter.stat("k").orElseThrow().parent()).isEqualTo("one");
    }

    /** Something done in a mounted tree. */
    interface Change {
        void apply(Path root) throws IOException;
    }

    private void commitLayer(String name, String parent, Change... changes) throws IOException {
        fill(snapshotter.prepare("extract " + name, parent), changes);
        snapshotter.commit(name, "extract " + name);
    }

    private void fill(List<Mount> mounts, Change... changes) throws IOException {
        try (var mounted = MountedSnapshot.mount(mounts, directory.resolve("mounts"))) {
            for (Change change : changes) {
                change.apply(mounted.root());
            }
        }
    }

    private List<String> contents(List<Mount> mounts) throws IOException {
        try (var mounted = MountedSnapshot.mount(mounts, directory.resolve("mounts"));
                var files = Files.list(mounted.root())) {
            return files.sorted()
                    .map(file -> {
                        try {
                            return file.getFileName() + "=" + Files.readString(file);
                        } catch (IOException e) {
                            throw new java.io.UncheckedIOException(e);
                        }
                    })
                    .toList();
        }
    }

    private static void write(Path root, String name, String text) throws IOException {
        Files.writeString(root.resolve(name), text);
    }

    private static void delete(Path root, String name) throws IOException {
        Files.delete(root.resolve(name));
    }
}
