package jong.manager.snapshots;

import java.time.Instant;

/**
 * What a snapshotter knows about a snapshot.
 *
 * @param name its name if it is committed, else its key
 * @param parent the committed snapshot that it stands on, or {@code ""}
 * @param kind its state of life
 * @param created when it was prepared
 */
public record SnapshotInfo(String name, String parent, Kind kind, Instant created) {

    /** The states of life. */
    public enum Kind {
        /** Writable, not yet a parent. */
        ACTIVE,
        /** Read-only, never a parent. */
        VIEW,
        /** Unchangeable; may be a parent. */
        COMMITTED
    }
}
