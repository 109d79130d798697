package jong.manager.snapshots;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import jong.manager.metadata.Bucket;
import jong.manager.metadata.MetadataStore;
import jong.manager.snapshots.SnapshotInfo.Kind;
import jong.wire.status.StatusException;

/**
 * Which snapshots there are, and who stands on whom: the rules of {@link Snapshotter}, without the
 * files. Each change is one transaction.
 */
final class SnapshotRecords {

    private final MetadataStore metadata;
    private final Bucket entries;

    SnapshotRecords(MetadataStore metadata) {
        this.metadata = metadata;
        this.entries = metadata.bucket("snapshots", "parent");
    }

    Optional<SnapshotRecord> find(String key) {
        return entries.get(key).map(SnapshotRecord::of);
    }

    SnapshotRecord existing(String key) {
        return find(key)
                .orElseThrow(() ->
                        new StatusException.NotFound(
                                "snapshot " + key + " does not exist: not found"));
    }

    /** All, by key or name, in that order. */
    Map<String, SnapshotRecord> all() {
        Map<String, SnapshotRecord> all = new TreeMap<>();
        entries.entries().forEach((key, json) -> all.put(key, SnapshotRecord.of(json)));
        return all;
    }

    /** A snapshot and those that it stands on, topmost first; none for {@code ""}. */
    List<SnapshotRecord> chain(String name) {
        List<SnapshotRecord> chain = new ArrayList<>();
        for (String next = name; !next.isEmpty(); ) {
            SnapshotRecord record = existing(next);
            chain.add(record);
            next = record.parent();
        }
        return chain;
    }

    /** Refuses a new snapshot that {@link #add} would refuse now. */
    void requireAddable(String key, String parent) {
        if (key.isEmpty()) {
            throw new StatusException.InvalidArgument("snapshot without a key");
        }
        requireAbsent(key);
        requireParent(parent);
    }

    void add(String key, SnapshotRecord record) {
        metadata.transaction(() -> {
            requireAddable(key, record.parent());
            entries.put(key, record.toJson());
        });
    }

    void commit(String name, String key) {
        metadata.transaction(() -> rename(name, key, existing(key).parent(), record -> record));
    }

    /** Refuses what {@link #commitOnto} would refuse now. */
    void requireCommittableOnto(String parent, String name, String key) {
        if (!active(key).parent().isEmpty()) {
            throw new StatusException.InvalidArgument("snapshot " + key + " has a parent already");
        }
        requireParent(parent);
        requireName(name);
    }

    /**
     * Commits a snapshot on a parent.
     *
     * @param change what else becomes of its record
     */
    void commitOnto(String parent, String name, String key, UnaryOperator<SnapshotRecord> change) {
        metadata.transaction(() -> {
            requireCommittableOnto(parent, name, key);
            rename(name, key, parent, change);
        });
    }

    /** Refuses what {@link #replace} would refuse now; returns the record of {@code name}. */
    SnapshotRecord requireReplaceable(String name, String key) {
        SnapshotRecord committed = existing(name);
        SnapshotRecord active = existing(key);
        if (committed.kind() != Kind.COMMITTED
                || active.kind() != Kind.ACTIVE
                || !active.parent().isEmpty()) {
            throw new StatusException.InvalidArgument(
                    "snapshot " + key + " cannot take the place of " + name);
        }
        return committed;
    }

    /**
     * Gives a committed snapshot the directory of an active one, which is no more then.
     *
     * @param change what else becomes of its record
     * @return the number of its old directory
     */
    long replace(String name, String key, UnaryOperator<SnapshotRecord> change) {
        long[] old = new long[1];
        metadata.transaction(() -> {
            SnapshotRecord committed = requireReplaceable(name, key);
            old[0] = committed.number();
            SnapshotRecord active = change.apply(existing(key));
            entries.put(name, active.committedOn(committed.parent()).toJson());
            entries.remove(key);
        });
        return old[0];
    }

    /** Refuses what {@link #remove} would refuse now; returns the record. */
    SnapshotRecord requireRemovable(String key) {
        SnapshotRecord record = existing(key);
        for (String name : entries.keysWith("parent", key)) {
            throw new StatusException.Conflict(
                    "cannot remove snapshot " + key + ": " + name + " stands on it");
        }
        return record;
    }

    /** Forgets a snapshot; returns the number of its directory. */
    long remove(String key) {
        long[] number = new long[1];
        metadata.transaction(() -> {
            number[0] = requireRemovable(key).number();
            entries.remove(key);
        });
        return number[0];
    }

    /** Changes a snapshot's record. */
    void change(String key, UnaryOperator<SnapshotRecord> change) {
        metadata.transaction(() -> entries.put(key, change.apply(existing(key)).toJson()));
    }

    /** Notes what a committed snapshot occupies, unless it is another by now. */
    void noteUsage(String key, SnapshotRecord record, Usage usage) {
        metadata.transaction(() -> {
            if (find(key).equals(Optional.of(record))) {
                entries.put(key, record.withUsage(usage).toJson());
            }
        });
    }

    private void rename(
            String name, String key, String parent, UnaryOperator<SnapshotRecord> change) {
        SnapshotRecord record = active(key);
        requireName(name);
        entries.remove(key);
        entries.put(name, change.apply(record).committedOn(parent).toJson());
    }

    private SnapshotRecord active(String key) {
        SnapshotRecord record = existing(key);
        if (record.kind() != Kind.ACTIVE) {
            throw new StatusException.InvalidArgument("snapshot " + key + " is not active");
        }
        return record;
    }

    private void requireName(String name) {
        if (name.isEmpty()) {
            throw new StatusException.InvalidArgument("snapshot without a name");
        }
        requireAbsent(name);
    }

    private void requireAbsent(String key) {
        if (entries.get(key).isPresent()) {
            throw new StatusException.AlreadyExists("snapshot " + key + ": already exists");
        }
    }

    private void requireParent(String parent) {
        if (!parent.isEmpty() && existing(parent).kind() != Kind.COMMITTED) {
            throw new StatusException.InvalidArgument(
                    "parent snapshot " + parent + " is not committed: invalid argument");
        }
    }
}
