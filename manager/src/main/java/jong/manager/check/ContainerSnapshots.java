package jong.manager.check;

import java.util.Set;

/** Tells which snapshots belong to containers: each has the container's id as its key. */
public interface ContainerSnapshots {

    /** Containers that have a snapshot. */
    Set<String> existing();

    /**
     * Who may have a snapshot: those that are being made, then those that exist, then removed ones
     * whose snapshots are on their way out. Asked for in this order, so that none is missed.
     */
    Set<String> owners();

    /** Those of the existing that run, so that their snapshots are mounted. */
    Set<String> running();
}
