package jong.manager.erofs;

import java.nio.ByteBuffer;

/** Where the data of a regular file is, and what its inode says of it. */
sealed interface FileData permits ArchivePart, ChunkMap, Fragment, Pieces {

    /** Data layouts: bits 1 to 3 of {@code i_format}. */
    int FLAT_PLAIN = 0;

    /** See {@link Pieces} and {@link Fragment}. */
    int COMPRESSED_FULL = 1;

    /** See {@link ChunkMap}. */
    int CHUNK_BASED = 4;

    /** One of these layouts. */
    int layout();

    /**
     * Field {@code i_u} of the inode.
     *
     * @param archive the block address of the archive's first byte, if data is there
     */
    int address(int archive);

    /**
     * Bytes that follow the inode and its attributes.
     *
     * @param end where those end, in bytes from the inode's start
     */
    int mapLength(int end);

    /** Writes them into a buffer of zeros, which stands at the end of the attributes. */
    void writeMap(ByteBuffer target, int archive);
}
