package jong.manager.snapshots;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import jong.manager.unpack.ArchiveSource;
import jong.manager.unpack.UnpackLimits;

/** Every operation of a snapshotter, one after the other, and what there is after each. */
final class SnapshotScript {

    /** One operation. */
    interface Operation {
        void run(LayerSnapshotter snapshotter) throws IOException;
    }

    private final List<Operation> operations = new ArrayList<>();
    private final List<Set<String>> states = new ArrayList<>();

    /** What is there: lines of name, kind, parent and, of what can be shown, files. */
    private final Set<String> state = new TreeSet<>();

    SnapshotScript() {
        states.add(Set.of());
        then(s -> s.prepare("a", ""), "+a ACTIVE  ");
        then(s -> create(s, "a", "f"), "-a ACTIVE  ", "+a ACTIVE  f=");
        then(s -> s.commit("one", "a"), "-a ACTIVE  f=", "+one COMMITTED  f=");
        then(s -> unpack(s, "x", "g=2", ".wh.f="), "+x ACTIVE  ?");
        then(s -> s.commitOnto("one", "two", "x"), "-x ACTIVE  ?", "+two COMMITTED one g=2");
        then(s -> s.prepare("c", "two"), "+c ACTIVE two g=2");
        then(s -> s.view("v", "one"), "+v VIEW one f=");
        then(s -> s.remove("c"), "-c ACTIVE two g=2");
        then(s -> unpack(s, "y", "h=3"), "+y ACTIVE  ?");
        then(
                s -> s.replace("two", "y"),
                "-y ACTIVE  ?",
                "-two COMMITTED one g=2",
                "+two COMMITTED one f=,h=3");
        then(s -> s.prepare("d", "two"), "+d ACTIVE two f=,h=3");
        then(s -> s.commit("three", "d"), "-d ACTIVE two f=,h=3", "+three COMMITTED two f=,h=3");
        for (String end : List.of("three COMMITTED two f=,h=3", "two COMMITTED one f=,h=3")) {
            then(s -> s.remove(end.substring(0, end.indexOf(' '))), "-" + end);
        }
        then(s -> s.remove("v"), "-v VIEW one f=");
        then(s -> s.remove("one"), "-one COMMITTED  f=");
    }

    List<Operation> operations() {
        return operations;
    }

    /** What there must be when so many operations have returned. */
    Set<String> state(int done) {
        return states.get(done);
    }

    /** What there is, in the same form. */
    static Set<String> seen(LayerSnapshotter snapshotter, Path mounts) throws IOException {
        Set<String> seen = new TreeSet<>();
        for (SnapshotInfo info : snapshotter.walk()) {
            boolean layer = info.name().equals("x") || info.name().equals("y");
            String files = layer ? "?" : files(snapshotter, info, mounts);
            seen.add(info.name() + " " + info.kind() + " " + info.parent() + " " + files);
        }
        return seen;
    }

    private static String files(LayerSnapshotter snapshotter, SnapshotInfo info, Path mounts)
            throws IOException {
        boolean committed = info.kind() == SnapshotInfo.Kind.COMMITTED;
        List<Mount> shown =
                committed
                        ? snapshotter.view("looking", info.name())
                        : snapshotter.mounts(info.name());
        try (var mounted = MountedSnapshot.mount(shown, mounts)) {
            return String.join(",", SnapshotTrees.files(mounted.root()));
        } finally {
            if (committed) {
                snapshotter.remove("looking");
            }
        }
    }

    private void then(Operation operation, String... changes) {
        operations.add(operation);
        for (String change : changes) {
            boolean known =
                    change.startsWith("+")
                            ? state.add(change.substring(1))
                            : state.remove(change.substring(1));
            if (!known) {
                throw new IllegalStateException(change + " in " + state);
            }
        }
        states.add(Set.copyOf(state));
    }

    private static void create(LayerSnapshotter snapshotter, String key, String name)
            throws IOException {
        Path files = Path.of(snapshotter.mounts(key).getFirst().source());
        Files.createFile(files.resolve(name));
    }

    private static void unpack(LayerSnapshotter snapshotter, String key, String... files)
            throws IOException {
        ArchiveSource archive = () -> SnapshotTrees.archive(files);
        var layer = snapshotter.unpack(key, archive, false, UnpackLimits.NONE);
        snapshotter.inherit(key, layer, "one");
    }
}
