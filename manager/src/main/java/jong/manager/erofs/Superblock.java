package jong.manager.erofs;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * The block with erofs_super_block and what follows it: of data in an archive, the device table
 * with its one erofs_deviceslot; of compressed data, z_erofs_lz4_cfgs.
 *
 * @param data where the data of files is
 * @param rootNid number of the root directory's inode
 * @param inodes how many inodes there are
 * @param epochNanos the time of compact inodes, in nanoseconds since the epoch
 * @param blocks blocks of the image, whose addresses those of an archive follow
 * @param archiveTag name of the archive: its digest as 64 characters of hex
 * @param uuid 16 bytes
 * @param chunked whether an inode is EROFS_INODE_CHUNK_BASED
 */
@SuppressWarnings("ArrayRecordComponent") // Compared by nobody.
record Superblock(
        LayerData data,
        int rootNid,
        int inodes,
        long epochNanos,
        int blocks,
        String archiveTag,
        byte[] uuid,
        boolean chunked) {

    /** EROFS_SUPER_OFFSET: where the block begins. */
    static final int OFFSET = 1024;

    /** Bytes of the archive's name. */
    static final int TAG_BYTES = 64;

    /** Field {@code volume_name} of the block: see {@link LayerData#maker}. */
    static final int MAKER_AT = 64;

    /** Its length. */
    static final int MAKER_BYTES = 16;

    private static final int MAGIC = 0xe0f5e1e2;
    private static final int CHECKSUM_AT = 4;
    private static final int COMPAT_SB_CHKSUM = 1;
    private static final int COMPAT_MTIME = 2;
    private static final int INCOMPAT_ZERO_PADDING = 1;
    private static final int INCOMPAT_COMPR_CFGS = 2;
    private static final int INCOMPAT_CHUNKED_FILE = 4;
    private static final int INCOMPAT_DEVICE_TABLE = 8;
    private static final int INCOMPAT_FRAGMENTS = 32;

    /** Bit 0 of {@code available_compr_algs}. */
    private static final short LZ4 = 1;

    private static final short LZ4_CONFIGURATION_BYTES = 14;

    private static final int BYTES = 128;
    private static final int DEVICE_SLOT_BYTES = 128;
    private static final long NANOS = 1_000_000_000;

    /** The block, to be written at {@link #OFFSET}; it ends where a block of the image ends. */
    ByteBuffer block() {
        int end = (int) data.block().align(OFFSET + BYTES);
        var target = ByteBuffer.allocate(end - OFFSET).order(ByteOrder.LITTLE_ENDIAN);
        target.putInt(MAGIC).putInt(0).putInt(COMPAT_SB_CHKSUM | COMPAT_MTIME);
        target.put((byte) data.block().bits()).put((byte) 0); // No extension slots.
        target.putShort((short) rootNid);
        target.putLong(inodes);
        target.putLong(Math.floorDiv(epochNanos, NANOS));
        target.putInt((int) Math.floorMod(epochNanos, NANOS));
        target.putInt(blocks);
        target.putInt(data.metaBlock()).putInt(0); // Attributes are shared by nobody.
        target.put(uuid).put(data.maker().getBytes(US_ASCII));
        target.position(MAKER_AT + MAKER_BYTES);
        switch (data) {
            case LayerData.InArchive archive -> writeDevice(target, archive);
            case LayerData.InImage image -> writeCompression(target, image);
        }
        var crc = new CRC32C();
        crc.update(target.array());
        // The kernel's crc32c lacks the inversion at the end.
        return target.putInt(CHECKSUM_AT, ~(int) crc.getValue()).rewind();
    }

    private void writeDevice(ByteBuffer target, LayerData.InArchive archive) {
        target.putInt(INCOMPAT_DEVICE_TABLE | chunkFeature());
        target.putShort((short) 0); // No compression.
        target.putShort((short) 1); // Extra devices.
        target.putShort((short) ((OFFSET + BYTES) / DEVICE_SLOT_BYTES));
        target.position(BYTES).put(archiveTag.getBytes(US_ASCII));
        target.putInt((int) archive.blocks()).putInt(blocks);
    }

    private void writeCompression(ByteBuffer target, LayerData.InImage image) {
        int fragments = image.packed().isPresent() ? INCOMPAT_FRAGMENTS : 0;
        target.putInt(INCOMPAT_ZERO_PADDING | INCOMPAT_COMPR_CFGS | fragments | chunkFeature());
        target.putShort(LZ4).putShort((short) 0).putShort((short) 0); // No extra devices.
        target.put((byte) 0).put((byte) 0).putInt(0); // No prefixes of attributes.
        target.putLong(image.packed().map(file -> Integer.toUnsignedLong(file.nid())).orElse(0L));
        target.position(BYTES).putShort(LZ4_CONFIGURATION_BYTES);
        target.putShort((short) 0); // Any distance.
        target.putShort((short) Pieces.MOST_BLOCKS);
    }

    private int chunkFeature() {
        return chunked ? INCOMPAT_CHUNKED_FILE : 0;
    }
}
