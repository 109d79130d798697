package jong.manager.snapshots;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import jong.wire.status.StatusException;

/** A snapshotter that can tell whether its files are all there, and be mended. */
public interface RepairableSnapshotter extends Snapshotter {

    /**
     * Whether the files of a snapshot are where they should be. What is in them is not looked at.
     *
     * @throws StatusException.NotFound if there is no such snapshot
     */
    boolean isIntact(String key);

    /**
     * Gives a committed snapshot the files of an active one without a parent, whose key is free
     * then; its name, its parent and those that stand on it stay. Who has the old files mounted
     * sees them vanish.
     *
     * @throws StatusException.NotFound if one of them does not exist
     * @throws StatusException.InvalidArgument if they are not committed and active
     */
    void replace(String name, String key) throws IOException;

    /** What lies among the snapshots' files and belongs to none, or to one that is being made. */
    List<Path> strays() throws IOException;

    /** Removes one of the {@link #strays}. */
    void removeStray(Path stray) throws IOException;
}
