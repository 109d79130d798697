package jong.manager.archive;

import java.util.Optional;

/**
 * How an archive is unpacked.
 *
 * @param keepKinds whether a directory may not take the place of another kind of file, nor the
 *     other way round ({@code noOverwriteDirNonDir})
 * @param owner whom all files shall belong to; empty for whom the archive says
 */
public record Extraction(boolean keepKinds, Optional<Owner> owner) {

    /**
     * A user of the container.
     *
     * @param uid user
     * @param gid group
     */
    public record Owner(int uid, int gid) {}
}
