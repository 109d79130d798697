package jong.manager.erofs;

import java.io.IOException;
import jong.linux.files.FileName;
import jong.linux.files.FileType;

/** A symbolic link of a layer. */
final class SymlinkInode extends Inode {

    /** PATH_MAX without its NUL: what symlink(2) takes, and a page of the kernel's holds. */
    private static final int MAX_TARGET_BYTES = 4095;

    private final String target;

    SymlinkInode(String target) throws IOException {
        int length = FileName.encode(target).length;
        if (length == 0 || length > MAX_TARGET_BYTES) {
            throw new IOException("symlink in layer that says " + length + " bytes");
        }
        this.target = target;
    }

    @Override
    FileType type() {
        return FileType.SYMLINK;
    }

    String target() {
        return target;
    }
}
