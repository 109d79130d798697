package jong.manager.erofs;

import jong.linux.files.FileType;
import org.jspecify.annotations.Nullable;

/** A regular file of a layer, whose data is a part of the archive. */
final class FileInode extends Inode {

    private final long size;
    private final long dataOffset;
    private final @Nullable ChunkMap chunks;

    /**
     * A file.
     *
     * @param size length in bytes, holes included
     * @param dataOffset where its data begins in the archive, a multiple of 512
     * @param chunks where its parts are, if it is sparse
     */
    FileInode(long size, long dataOffset, @Nullable ChunkMap chunks) {
        this.size = size;
        this.dataOffset = dataOffset;
        this.chunks = chunks;
    }

    @Override
    FileType type() {
        return FileType.REGULAR;
    }

    long size() {
        return size;
    }

    long dataOffset() {
        return dataOffset;
    }

    @Nullable ChunkMap chunks() {
        return chunks;
    }
}
