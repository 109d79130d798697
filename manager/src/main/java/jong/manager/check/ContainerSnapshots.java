package jong.manager.check;

import java.util.Set;

/** Tells which snapshots belong to containers: each has the container's id as its key. */
public interface ContainerSnapshots {

    /** Containers that have a snapshot. */
    Set<String> existing();

    /** Removed containers whose snapshots are on their way out. */
    Set<String> leaving();

    /** Those of the existing that run, so that their snapshots are mounted. */
    Set<String> running();
}
