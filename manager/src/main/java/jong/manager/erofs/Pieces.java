package jong.manager.erofs;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Where the data of a file lies that was cut into pieces of {@value #PIECE_BYTES} bytes. Each is
 * compressed by itself (a physical cluster), or lies plainly in its blocks if that saves none.
 *
 * <p>In the image the pieces are told by an index of 8 bytes for each block of the file
 * (z_erofs_lcluster_index). Blocks and not larger units: about those, kernels differ.
 */
final class Pieces implements FileData {

    /** Bytes of the file in a piece; one that is read is decompressed as a whole. */
    static final int PIECE_BYTES = 64 * 1024;

    /** Memory for what is known of a piece. */
    static final int MEMORY_BYTES = Integer.BYTES + 1;

    private static final BlockSize BLOCK = BlockSize.PAGE;

    /** Clusters of a whole piece. */
    private static final int CLUSTERS = PIECE_BYTES >>> BLOCK.bits();

    /** A compressed piece takes fewer blocks. */
    static final int MOST_BLOCKS = CLUSTERS;

    /** The map of the largest file takes 32 MiB. */
    private static final long MAX_BYTES = 16L << 30;

    private static final int HEADER_BYTES = 8;

    /** Between header and index, for no reason that is left (Z_EROFS_FULL_INDEX_START). */
    private static final int GAP_BYTES = 8;

    private static final int ENTRY_BYTES = 8;

    private static final short ADVISE_BIG_PCLUSTER_1 = 2;

    /** Cluster types: bits 0 and 1 of {@code di_advise}. */
    private static final short PLAIN = 0;

    private static final short HEAD = 1;
    private static final short NON_HEAD = 2;

    /** Z_EROFS_LI_D0_CBLKCNT: instead of a distance, there is the number of blocks. */
    private static final int BLOCK_COUNT = 1 << 11;

    private int[] firstBlocks = new int[1];

    /** Of each piece; 0 if it is not compressed. */
    private byte[] blockCounts = new byte[1];

    private int count;
    private boolean flat = true;
    private long size;

    /** Space that a file of that size takes in the eyes of who asks: as if it were plain. */
    static int accounted(long size) {
        return (int) BLOCK.blocks(size);
    }

    /** Bytes to the next place where the header of a map may be. */
    static int padding(int end) {
        return (int) ImageFormat.align(end, Long.BYTES) - end;
    }

    /**
     * Adds a piece.
     *
     * @param bytes of the file; fewer than {@link #PIECE_BYTES} in the last one only
     * @param firstBlock where it was put
     * @param blocks of the compressed piece, 1 to 15; 0 if it is not compressed
     */
    void add(int bytes, int firstBlock, int blocks) throws UnmountableLayerException {
        if (size + bytes > MAX_BYTES) {
            throw new UnmountableLayerException("it has more than 16 GiB in a file");
        }
        if (count == firstBlocks.length) {
            firstBlocks = Arrays.copyOf(firstBlocks, 2 * count);
            blockCounts = Arrays.copyOf(blockCounts, 2 * count);
        }
        firstBlocks[count] = firstBlock;
        flat &= blocks == 0 && firstBlock == firstBlocks[0] + count * CLUSTERS;
        blockCounts[count] = (byte) blocks;
        count++;
        size += bytes;
    }

    /** Bytes of the file. */
    long size() {
        return size;
    }

    /** Data that nothing could be done about lies in one piece. */
    @Override
    public int layout() {
        return flat ? FLAT_PLAIN : COMPRESSED_FULL;
    }

    @Override
    public int address(int archive) {
        return flat ? firstBlocks[0] : accounted(size);
    }

    @Override
    public int mapLength(int end) {
        return flat ? 0 : padding(end) + HEADER_BYTES + GAP_BYTES + accounted(size) * ENTRY_BYTES;
    }

    @Override
    public void writeMap(ByteBuffer target, int archive) {
        if (flat) {
            return;
        }
        target.position(target.position() + padding(target.position()));
        target.putInt(0).putShort(ADVISE_BIG_PCLUSTER_1);
        target.put((byte) 0).put((byte) 0); // LZ4; clusters of a block.
        target.position(target.position() + GAP_BYTES);
        int left = accounted(size);
        for (int i = 0; i < count; i++) {
            int clusters = Math.min(left, CLUSTERS);
            if (blockCounts[i] == 0) {
                writePlain(target, firstBlocks[i], clusters);
            } else {
                writeCompressed(target, firstBlocks[i], blockCounts[i], clusters);
            }
            left -= clusters;
        }
    }

    private static void writePlain(ByteBuffer target, int firstBlock, int clusters) {
        for (int i = 0; i < clusters; i++) {
            target.putShort(PLAIN).putShort((short) 0).putInt(firstBlock + i);
        }
    }

    /** The first cluster says where the piece begins, the second how long it is. */
    private static void writeCompressed(
            ByteBuffer target, int firstBlock, int blocks, int clusters) {
        target.putShort(HEAD).putShort((short) 0).putInt(firstBlock);
        for (int i = 1; i < clusters; i++) {
            target.putShort(NON_HEAD).putShort((short) 0);
            target.putShort((short) (i == 1 ? BLOCK_COUNT | blocks : i));
            target.putShort((short) (clusters - i));
        }
    }
}
