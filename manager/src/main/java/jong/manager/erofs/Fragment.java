package jong.manager.erofs;

import java.nio.ByteBuffer;

/**
 * A small file, whose data is part of the packed inode: of all small files of a layer, one after
 * the other, compressed together (Z_EROFS_FRAGMENT_INODE_BIT).
 *
 * @param offset where it begins in there, in bytes
 * @param size its length in bytes
 */
record Fragment(long offset, long size) implements FileData {

    /** z_erofs_map_header, of which a fragment takes all bits. */
    private static final int HEADER_BYTES = 8;

    private static final long WHOLE_FILE = 1L << 63;

    @Override
    public int layout() {
        return COMPRESSED_FULL;
    }

    @Override
    public int address(int archive) {
        return Pieces.accounted(size);
    }

    @Override
    public int mapLength(int end) {
        return Pieces.padding(end) + HEADER_BYTES;
    }

    @Override
    public void writeMap(ByteBuffer target, int archive) {
        target.position(target.position() + Pieces.padding(target.position()));
        target.putLong(offset | WHOLE_FILE);
    }
}
