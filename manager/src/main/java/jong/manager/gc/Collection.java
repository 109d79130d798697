package jong.manager.gc;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import jong.manager.leases.Leases;
import jong.manager.leases.Resource;
import jong.manager.leases.Sweep;
import jong.manager.snapshots.SnapshotInfo;
import jong.manager.snapshots.Snapshotter;
import jong.oci.content.ContentInfo;
import jong.oci.content.ContentStore;
import jong.wire.status.StatusException;

/**
 * One collection, beside all other work. What it may not remove is known at three points:
 *
 * <ul>
 *   <li>When the marks are set: what images, the snapshots of containers and leases refer to.
 *   <li>From then on, by leases: what is found, made or opened under one stays, to the end of the
 *       sweep. So pulls, loads, commits, imports, pushes and saves may begin and end at any time.
 *   <li>Once the layers are swept, by the layers that are still there: a container needs no lease,
 *       as its snapshot keeps the layer that it stands on from removal. It can be made on an image
 *       that was just removed; a new one can only stand on a layer that is there then, so none that
 *       comes later misses an archive.
 * </ul>
 */
final class Collection {

    private final ContentStore content;
    private final Snapshotter snapshots;
    private final Leases leases;
    private final Roots roots;

    Collection(ContentStore content, Snapshotter snapshots, Leases leases, Roots roots) {
        this.content = content;
        this.snapshots = snapshots;
        this.leases = leases;
        this.roots = roots;
    }

    void run() throws IOException {
        try (Sweep sweep = leases.sweep()) {
            // Read after the sweep began: what comes later has a lease that the sweep knows of.
            List<SnapshotInfo> all = snapshots.walk();
            Map<String, String> parents = parents(all);
            Marks marks = mark(sweep, all, parents);
            if (sweepSnapshots(sweep, marks, all, parents)) {
                roots.mark(marks); // The archives of the layers that stay.
            }
            sweepIngests(sweep);
            if (marks.isComplete()) {
                sweepContent(sweep, marks);
            }
        }
    }

    /** What a collection would remove. */
    List<Resource> garbage() throws IOException {
        try (Sweep sweep = leases.sweep()) {
            List<SnapshotInfo> all = snapshots.walk();
            Map<String, String> parents = parents(all);
            Marks marks = mark(sweep, all, parents);
            List<Resource> found = new ArrayList<>();
            garbage(marks, all, parents).forEach(name -> found.add(Resource.snapshot(name)));
            content.ingests().forEach(ref -> found.add(Resource.ingest(ref)));
            if (marks.isComplete()) {
                content.list().forEach(info -> found.add(Resource.content(info.digest())));
            }
            Set<Resource> kept = sweep.kept();
            found.removeIf(resource -> marks.has(resource) || kept.contains(resource));
            return found;
        }
    }

    private static Map<String, String> parents(List<SnapshotInfo> all) {
        Map<String, String> parents = new HashMap<>();
        all.forEach(snapshot -> parents.put(snapshot.name(), snapshot.parent()));
        return parents;
    }

    private Marks mark(Sweep sweep, List<SnapshotInfo> all, Map<String, String> parents)
            throws IOException {
        var marks = new Marks(parents);
        sweep.kept().forEach(marks::add);
        for (SnapshotInfo snapshot : all) {
            if (!owned(snapshot.name())) {
                marks.snapshot(snapshot.name());
            }
        }
        roots.mark(marks);
        return marks;
    }

    /** True if some of what was not marked stays; that is marked now. */
    private boolean sweepSnapshots(
            Sweep sweep, Marks marks, List<SnapshotInfo> all, Map<String, String> parents)
            throws IOException {
        List<String> garbage = garbage(marks, all, parents);
        for (String name : garbage) {
            sweep.remove(Resource.snapshot(name), () -> remove(name));
        }
        List<String> staying = new ArrayList<>();
        for (String name : garbage) { // A lease keeps them, or a container stands on them.
            if (snapshots.stat(name).isPresent()) {
                staying.add(name);
            }
        }
        staying.forEach(marks::snapshot);
        return !staying.isEmpty();
    }

    /** Those on top come first: a snapshot cannot be removed while another stands on it. */
    private List<String> garbage(Marks marks, List<SnapshotInfo> all, Map<String, String> parents) {
        return Stream.concat(all.stream().map(SnapshotInfo::name), roots.noted().stream())
                .distinct()
                .filter(name -> owned(name) && !marks.hasSnapshot(name))
                .filter(name -> marks.isComplete() || Leases.isTemporary(name))
                .sorted(Comparator.comparingInt((String name) -> depth(name, parents)).reversed())
                .toList();
    }

    private boolean owned(String snapshot) {
        return Leases.isTemporary(snapshot) || roots.owns(snapshot);
    }

    private void remove(String snapshot) throws IOException {
        try {
            snapshots.remove(snapshot);
        } catch (StatusException.Conflict _) {
            return; // Somebody has just put a snapshot on it, which may happen at any time.
        } catch (StatusException.NotFound _) {
            // A death came between this step and the next, the last time.
        }
        if (roots.owns(snapshot)) {
            roots.forget(snapshot);
        }
    }

    private void sweepIngests(Sweep sweep) throws IOException {
        for (String ref : content.ingests()) {
            sweep.remove(
                    Resource.ingest(ref),
                    () -> {
                        try {
                            content.abort(ref);
                        } catch (StatusException.Unavailable _) {
                            // Its writer keeps it, lease or not.
                        }
                    });
        }
    }

    private void sweepContent(Sweep sweep, Marks marks) throws IOException {
        for (ContentInfo info : content.list()) {
            Resource resource = Resource.content(info.digest());
            if (!marks.has(resource)) {
                sweep.remove(resource, () -> content.delete(info.digest()));
            }
        }
    }

    private static int depth(String name, Map<String, String> parents) {
        int depth = 0;
        for (String next = name; !next.isEmpty(); next = parents.getOrDefault(next, "")) {
            depth++;
        }
        return depth;
    }
}
