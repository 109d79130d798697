package jong.manager.archive;

import java.util.Optional;

/**
 * How an archive is unpacked.
 *
 * @param keepKinds whether a directory may not take the place of another kind of file, nor the
 *     other way round ({@code noOverwriteDirNonDir})
 * @param owner whom all files shall belong to; empty for whom the archive says
 * @param top whether an entry of the directory itself ({@code ./}) describes it
 */
public record Extraction(boolean keepKinds, Optional<Owner> owner, boolean top) {

    /** By dockerd's rules, by which the directory itself stays as it is. */
    public Extraction(boolean keepKinds, Optional<Owner> owner) {
        this(keepKinds, owner, false);
    }

    /**
     * A user of the container.
     *
     * @param uid user
     * @param gid group
     */
    public record Owner(int uid, int gid) {}
}
