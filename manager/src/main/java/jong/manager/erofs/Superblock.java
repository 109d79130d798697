package jong.manager.erofs;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * The block with erofs_super_block and, after it, the device table with its one erofs_deviceslot:
 * the archive.
 *
 * @param rootNid number of the root directory's inode
 * @param inodes how many inodes there are
 * @param epochNanos the time of compact inodes, in nanoseconds since the epoch
 * @param blocks blocks of the image
 * @param archiveBlocks blocks of the archive, whose addresses follow those of the image
 * @param archiveTag name of the archive: its digest as 64 characters of hex
 * @param uuid 16 bytes
 * @param chunked whether an inode is EROFS_INODE_CHUNK_BASED
 */
@SuppressWarnings("ArrayRecordComponent") // Compared by nobody.
record Superblock(
        int rootNid,
        int inodes,
        long epochNanos,
        int blocks,
        int archiveBlocks,
        String archiveTag,
        byte[] uuid,
        boolean chunked) {

    /** EROFS_SUPER_OFFSET: where the block begins. */
    static final int OFFSET = 1024;

    /** Bytes of the archive's name. */
    static final int TAG_BYTES = 64;

    private static final int MAGIC = 0xe0f5e1e2;
    private static final int CHECKSUM_AT = 4;
    private static final int COMPAT_SB_CHKSUM = 1;
    private static final int COMPAT_MTIME = 2;
    private static final int INCOMPAT_CHUNKED_FILE = 4;
    private static final int INCOMPAT_DEVICE_TABLE = 8;

    private static final int BYTES = 128;
    private static final int DEVICE_SLOT_BYTES = 128;
    private static final long NANOS = 1_000_000_000;

    /** The block, to be written at {@link #OFFSET}. */
    ByteBuffer block() {
        var target = ByteBuffer.allocate(ImageFormat.BLOCK).order(ByteOrder.LITTLE_ENDIAN);
        writeSuperblock(target);
        writeDeviceSlot(target.position(BYTES));
        var crc = new CRC32C();
        crc.update(target.array());
        // The kernel's crc32c lacks the inversion at the end.
        return target.putInt(CHECKSUM_AT, ~(int) crc.getValue()).rewind();
    }

    private void writeSuperblock(ByteBuffer target) {
        target.putInt(MAGIC).putInt(0).putInt(COMPAT_SB_CHKSUM | COMPAT_MTIME);
        target.put((byte) ImageFormat.BLOCK_BITS).put((byte) 0); // No extension slots.
        target.putShort((short) rootNid);
        target.putLong(inodes);
        target.putLong(Math.floorDiv(epochNanos, NANOS));
        target.putInt((int) Math.floorMod(epochNanos, NANOS));
        target.putInt(blocks);
        target.putInt(0).putInt(0); // meta_blkaddr, xattr_blkaddr: from the image's start.
        target.put(uuid).put(new byte[16]); // No volume name.
        target.putInt(INCOMPAT_DEVICE_TABLE | (chunked ? INCOMPAT_CHUNKED_FILE : 0));
        target.putShort((short) 0); // No compression.
        target.putShort((short) 1); // Extra devices.
        target.putShort((short) ((OFFSET + BYTES) / DEVICE_SLOT_BYTES));
    }

    private void writeDeviceSlot(ByteBuffer target) {
        target.put(archiveTag.getBytes(US_ASCII));
        target.putInt(archiveBlocks).putInt(blocks);
    }
}
