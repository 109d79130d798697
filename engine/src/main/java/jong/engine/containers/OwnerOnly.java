package jong.engine.containers;

import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/** Rights of the files that containers have on the host. */
final class OwnerOnly {

    /** 0710, as dockerd makes a container's directory. */
    static final FileAttribute<?> DIRECTORY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx--x---"));

    private OwnerOnly() {}
}
