package jong.manager.gc;

import java.io.IOException;
import java.util.Set;

/** Who refers to content and snapshots for good: the images. */
public interface Roots {

    /**
     * Whether a snapshot is of this owner's making. What no owner claims, the snapshots of
     * containers above all, is never removed and keeps what is below it.
     */
    boolean owns(String snapshot);

    /**
     * Marks all that is referred to. What leases and snapshots of others keep is marked already.
     *
     * @throws IOException if it cannot be told; then nothing is removed
     */
    void mark(Marks marks) throws IOException;

    /** Own snapshots that there are notes of, whether they exist or not. */
    Set<String> noted();

    /** Forgets the notes of an own snapshot that is gone. */
    void forget(String snapshot);
}
