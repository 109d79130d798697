package jong.manager.check;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import jong.manager.leases.Resource;
import jong.manager.snapshots.SnapshotInfo;

/** Snapshots that should belong to a container or to work under way, and do not. */
record StraySnapshots(Stores stores, ContainerSnapshots containers) {

    List<String> find() {
        // Before their owners: whose snapshot is seen here is found below, unless it is gone.
        List<SnapshotInfo> all = stores.snapshots().walk();
        Set<Resource> leased = new HashSet<>();
        stores.leases().list().forEach(lease -> leased.addAll(lease.resources()));
        Set<String> owners = containers.owners();
        return all.stream()
                .filter(snapshot -> snapshot.kind() != SnapshotInfo.Kind.COMMITTED)
                .filter(this::needsOwner)
                .map(SnapshotInfo::name)
                .filter(key ->
                        !owners.contains(owner(key)) && !leased.contains(Resource.snapshot(key)))
                .toList();
    }

    /** A container's snapshots have its id as their key, the further ones with a suffix. */
    private static String owner(String key) {
        int suffix = key.indexOf('-');
        return suffix < 0 ? key : key.substring(0, suffix);
    }

    /** Others than containers may make snapshots without a lease, as long as this process lives. */
    private boolean needsOwner(SnapshotInfo snapshot) {
        return snapshot.created().isBefore(stores.opened())
                || snapshot.name().matches("[0-9a-f]{64}");
    }
}
