package jong.manager.erofs;

import jong.linux.files.FileType;

/** A regular file of a layer. */
final class FileInode extends Inode {

    private final long size;
    private final FileData data;

    /**
     * A file.
     *
     * @param size length in bytes, holes included
     */
    FileInode(long size, FileData data) {
        this.size = size;
        this.data = data;
    }

    @Override
    FileType type() {
        return FileType.REGULAR;
    }

    long size() {
        return size;
    }

    FileData data() {
        return data;
    }
}
