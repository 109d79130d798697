package jong.manager.snapshots;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import jong.linux.mounts.MountTable;
import jong.manager.metadata.MetadataStore;
import jong.manager.snapshots.SnapshotInfo.Kind;
import jong.manager.unpack.UnpackLimits;
import jong.wire.status.StatusException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every snapshotter must do; run against each implementation. */
@Tag("root")
abstract class SnapshotterContract {

    @TempDir Path directory;

    private LayerSnapshotter snapshotter;
    private @Nullable MetadataStore metadata;

    /** Opens the snapshots below {@code root}. */
    abstract LayerSnapshotter open(Path root, MetadataStore metadata) throws IOException;

    /** Whether a snapshot holds all that its parents have, and not only what changed. */
    abstract boolean copiesParents();

    /** What a process finds that begins when another has ended. */
    final LayerSnapshotter open() throws IOException {
        closeMetadata();
        metadata = MetadataStore.open(directory.resolve("metadata.db"));
        snapshotter = open(directory.resolve("root"), metadata);
        return snapshotter;
    }

    final LayerSnapshotter snapshotter() {
        return snapshotter;
    }

    final MetadataStore metadata() {
        return Objects.requireNonNull(metadata);
    }

    @BeforeEach
    void begin() throws IOException {
        open();
    }

    @AfterEach
    void removingEverythingLeavesNothing() throws IOException {
        SnapshotTrees.removeAll(snapshotter);
        assertThat(snapshotter.walk()).isEmpty();
        assertThat(Files.list(directory.resolve("root/snapshots")).toList())
                .filteredOn(path -> !path.endsWith("not-ours"))
                .isEmpty();
        closeMetadata();
        assertThat(MountTable.read().under(directory)).isEmpty();
    }

    private void closeMetadata() {
        if (metadata != null) {
            metadata.close();
            metadata = null;
        }
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
    void usageCountsWhatASnapshotHolds() throws IOException {
        commitLayer("one", "", root -> write(root, "big", "x".repeat(1_000_000)));
        commitLayer("two", "one", root -> write(root, "small", "x"));
        assertThat(snapshotter.usage("one").bytes()).isBetween(1_000_000L, 1_100_000L);
        assertThat(snapshotter.usage("one").inodes()).isEqualTo(2);
        long own = snapshotter.usage("two").bytes() - (copiesParents() ? 1_000_000 : 0);
        assertThat(own).isBetween(0L, 100_000L);
        assertThat(snapshotter.usage("two").inodes()).isEqualTo(copiesParents() ? 3 : 2);
        List<Mount> mounts = snapshotter.prepare("k", "");
        assertThat(snapshotter.usage("k").inodes()).isEqualTo(1);
        fill(mounts, root -> write(root, "a", "1"));
        assertThat(snapshotter.usage("k").inodes()).as("of an active one, now").isEqualTo(2);
        assertThatThrownBy(() -> snapshotter.usage("nosuch"))
                .isInstanceOf(StatusException.NotFound.class);
    }

    @Test
    void snapshotsSurviveReopening() throws IOException {
        commitLayer("one", "", root -> write(root, "a", "1"));
        commitLayer("two", "one", root -> write(root, "b", "2"));
        fill(snapshotter.prepare("k", "two"), root -> write(root, "c", "3"));
        snapshotter.view("v", "two");
        List<SnapshotInfo> before = snapshotter.walk();
        List<Mount> mounts = snapshotter.mounts("k");
        open();
        assertThat(snapshotter.walk()).isEqualTo(before);
        assertThat(snapshotter.mounts("k")).isEqualTo(mounts);
        assertThat(contents(snapshotter.mounts("k"))).containsExactly("a=1", "b=2", "c=3");
        assertThat(contents(snapshotter.mounts("v"))).containsExactly("a=1", "b=2");
        assertThat(snapshotter.walk()).allMatch(each -> snapshotter.isIntact(each.name()));
        assertThat(snapshotter.strays()).isEmpty();
    }

    @Test
    void whatIsNoSnapshotIsAStrayAndGoesAtTheStartIfItLooksLikeOne() throws IOException {
        snapshotter.prepare("k", "");
        Path snapshots = directory.resolve("root/snapshots");
        Path left = Files.createDirectories(snapshots.resolve("77/fs/left/over"));
        Path other = Files.createDirectories(snapshots.resolve("not-ours"));
        assertThat(snapshotter.strays()).containsExactlyInAnyOrder(snapshots.resolve("77"), other);
        open();
        assertThat(left).doesNotExist();
        assertThat(snapshotter.strays()).containsExactly(other);
        assertThat(snapshots.resolve("1/fs")).exists();
        snapshotter.removeStray(other);
        assertThat(snapshotter.strays()).isEmpty();
    }

    @Test
    void refusedWorkLeavesNoFiles() throws IOException {
        commitLayer("one", "", root -> write(root, "a", "1"));
        snapshotter.prepare("k", "one");
        snapshotter.prepare("layer", "");
        List<SnapshotInfo> before = snapshotter.walk();
        refused(StatusException.AlreadyExists.class, () -> snapshotter.prepare("k", ""));
        refused(StatusException.AlreadyExists.class, () -> snapshotter.view("one", ""));
        refused(StatusException.NotFound.class, () -> snapshotter.view("v", "nosuch"));
        refused(StatusException.InvalidArgument.class, () -> snapshotter.prepare("", "one"));
        refused(StatusException.InvalidArgument.class, () -> snapshotter.commit("", "k"));
        refused(StatusException.NotFound.class, () -> snapshotter.commit("n", "nosuch"));
        refused(StatusException.InvalidArgument.class, () -> snapshotter.commit("n", "one"));
        refused(
                StatusException.NotFound.class,
                () -> snapshotter.commitOnto("nosuch", "n", "layer"));
        refused(
                StatusException.InvalidArgument.class,
                () -> snapshotter.commitOnto("k", "n", "layer"));
        refused(
                StatusException.AlreadyExists.class,
                () -> snapshotter.commitOnto("one", "one", "layer"));
        refused(
                StatusException.AlreadyExists.class,
                () -> snapshotter.unpack("k", () -> archive(), true, UnpackLimits.NONE));
        refused(StatusException.NotFound.class, () -> snapshotter.mounts("nosuch"));
        refused(StatusException.NotFound.class, () -> snapshotter.isIntact("nosuch"));
        refused(StatusException.NotFound.class, () -> snapshotter.places("nosuch"));
        refused(StatusException.InvalidArgument.class, () -> snapshotter.replace("k", "layer"));
        refused(StatusException.InvalidArgument.class, () -> snapshotter.replace("one", "k"));
        assertThat(snapshotter.walk()).isEqualTo(before);
        assertThat(snapshotter.strays()).isEmpty();
    }

    @Test
    void keysAreFreeTexts() throws IOException {
        List<String> keys =
                List.of("../../up", "a/b", "sha256:" + "f".repeat(64), "x".repeat(300), "é \n :,");
        for (String key : keys) {
            snapshotter.prepare(key, "");
        }
        assertThat(snapshotter.walk())
                .extracting(SnapshotInfo::name)
                .containsExactlyInAnyOrderElementsOf(keys);
        assertThat(Files.list(directory).map(Path::getFileName).map(Path::toString))
                .allMatch(name -> name.equals("root") || name.startsWith("metadata.db"));
        for (String key : keys) {
            snapshotter.remove(key);
        }
    }

    @Test
    void walkTellsNamesInOrderWithParentsAndKinds() throws IOException {
        commitLayer("b", "");
        commitLayer("a", "b");
        snapshotter.prepare("d", "a");
        snapshotter.view("c", "b");
        assertThat(snapshotter.walk())
                .extracting(info -> info.name() + " " + info.parent() + " " + info.kind())
                .containsExactly("a b COMMITTED", "b  COMMITTED", "c b VIEW", "d a ACTIVE");
        for (SnapshotInfo info : snapshotter.walk()) {
            assertThat(snapshotter.stat(info.name())).contains(info);
        }
    }

    @Test
    void manyThreadsMakeAndRemoveAtOnce() throws Exception {
        commitLayer("base", "", root -> write(root, "a", "1"));
        var errors = new ConcurrentLinkedQueue<Throwable>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            int number = i;
            threads.add(
                    Thread.ofPlatform()
                            .uncaughtExceptionHandler((_, e) -> errors.add(e))
                            .start(() -> work(number)));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(errors).isEmpty();
        assertThat(snapshotter.walk()).extracting(SnapshotInfo::name).containsExactly("base");
        assertThat(snapshotter.strays()).isEmpty();
    }

    private void work(int number) {
        try {
            for (int i = 0; i < 6; i++) {
                String key = "thread " + number;
                fill(snapshotter.prepare(key, "base"), root -> write(root, "b", key));
                snapshotter.commit(key + " done", key);
                snapshotter.prepare(key, "");
                snapshotter.commitOnto(key + " done", key + " top", key);
                snapshotter.view(key, key + " top");
                assertThat(contents(snapshotter.mounts(key))).containsExactly("a=1", "b=" + key);
                for (String end : List.of("", " top", " done")) {
                    snapshotter.remove(key + end);
                }
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void oneOfManyThreadsGetsAKey() throws Exception {
        List<Callable<Boolean>> rivals =
                Collections.nCopies(
                        6,
                        () -> {
                            try {
                                snapshotter.prepare("k", "");
                                return true;
                            } catch (StatusException.AlreadyExists e) {
                                return false;
                            }
                        });
        try (var executor = Executors.newFixedThreadPool(6)) {
            assertThat(executor.invokeAll(rivals))
                    .extracting(Future::resultNow)
                    .containsOnlyOnce(true);
        }
        assertThat(snapshotter.strays()).isEmpty();
    }

    @Test
    void everythingOfAFileSurvivesCommitAndPrepare() throws Exception {
        commitLayer("one", "", SnapshotTrees::variety);
        String expected = seen("view one", "one");
        assertThat(expected).contains("hardlink", "user.mark", "security.capability", "c 1:3");
        List<Mount> mounts = snapshotter.prepare("k", "one");
        try (var mounted = MountedSnapshot.mount(mounts, directory.resolve("mounts"))) {
            assertThat(SnapshotTrees.listing(mounted.root())).isEqualTo(expected);
        }
        assertThat(snapshotter.usage("one").bytes()).as("holes stay").isLessThan(4_000_000);
        assertThat(snapshotter.usage("k").bytes()).as("holes stay").isLessThan(4_000_000);
    }

    /** Something done in a mounted tree. */
    interface Change {
        void apply(Path root) throws IOException;
    }

    private void refused(Class<? extends Throwable> expected, ThrowingCallable work) {
        assertThatThrownBy(work).isInstanceOf(expected).hasMessageNotContaining("null");
    }

    private static InputStream archive() throws IOException {
        return SnapshotTrees.archive("a=1");
    }

    private String seen(String key, String name) throws Exception {
        List<Mount> mounts = snapshotter.view(key, name);
        try (var mounted = MountedSnapshot.mount(mounts, directory.resolve("mounts"))) {
            return SnapshotTrees.listing(mounted.root());
        }
    }

    private void commitLayer(String name, String parent, Change... changes) throws IOException {
        fill(snapshotter.prepare("extract " + name, parent), changes);
        snapshotter.commit(name, "extract " + name);
    }

    final void fill(List<Mount> mounts, Change... changes) throws IOException {
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

    static void write(Path root, String name, String text) throws IOException {
        Files.writeString(root.resolve(name), text);
    }

    static void delete(Path root, String name) throws IOException {
        Files.delete(root.resolve(name));
    }
}
