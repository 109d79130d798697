package jong.manager.erofs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * How an inode looks in the image: erofs_inode_compact or erofs_inode_extended, its extended
 * attributes, and then the map of its chunks or the end of its content.
 *
 * <p>Content of the image's own (directories, symlinks) lies in blocks apart. What is left after
 * whole blocks follows the inode (EROFS_INODE_FLAT_INLINE) if both fit into one block together, so
 * that most directories and symlinks are read with their inodes. Data of files lies in the archive.
 */
final class InodeForm {

    private static final int COMPACT_BYTES = 32;
    private static final int EXTENDED_BYTES = 64;

    private static final int FLAT_PLAIN = 0;
    private static final int FLAT_INLINE = 2;
    private static final int CHUNK_BASED = 4;

    private static final long NANOS = 1_000_000_000;

    private final Inode inode;
    private final boolean extended;
    private final XattrBody attributes;
    private final Content content;
    private final @Nullable ChunkMap chunks;

    private InodeForm(Inode inode, boolean extended, XattrBody attributes, Content content) {
        this.inode = inode;
        this.extended = extended;
        this.attributes = attributes;
        this.content = content;
        this.chunks = inode instanceof FileInode file ? file.chunks() : null;
    }

    /**
     * The form of an inode.
     *
     * @param epochNanos the time that compact inodes have, which have no field for it
     */
    static InodeForm of(Inode inode, Content content, long epochNanos) throws IOException {
        boolean extended =
                inode.modifiedNanos() != epochNanos
                        || !fits(inode.uid())
                        || !fits(inode.gid())
                        || !fits(inode.links())
                        || size(inode, content) > 0xffff_ffffL;
        return new InodeForm(inode, extended, XattrBody.of(inode.attributes()), content);
    }

    private static boolean fits(int number) {
        return number >>> 16 == 0;
    }

    private static long size(Inode inode, Content content) {
        return inode instanceof FileInode file ? file.size() : content.length();
    }

    /** Bytes from the inode's place to the end of what follows it. */
    int length() {
        return head() + (chunks == null ? inlined() : chunks.length());
    }

    /** Blocks of content that lies apart. */
    int blocksApart() {
        return (int) ImageFormat.blocks(content.length() - inlined());
    }

    /** The first place from a position on where the inode may be. */
    long place(long position) {
        long slot = ImageFormat.align(position, ImageFormat.SLOT);
        boolean crosses = slot % ImageFormat.BLOCK + length() > ImageFormat.BLOCK;
        return inlined() > 0 && crosses ? ImageFormat.align(slot, ImageFormat.BLOCK) : slot;
    }

    /**
     * The inode and what follows it.
     *
     * @param firstBlock the block address of the archive's first byte
     */
    byte[] record(int firstBlock) {
        byte[] record = new byte[length()];
        var target = ByteBuffer.wrap(record).order(ByteOrder.LITTLE_ENDIAN);
        target.putShort((short) (layout() << 1 | (extended ? 1 : 0)));
        target.putShort((short) attributes.count());
        target.putShort((short) (inode.type().bits() | inode.permissions()));
        if (extended) {
            writeExtended(target, address(firstBlock));
        } else {
            writeCompact(target, address(firstBlock));
        }
        attributes.write(target.position(extended ? EXTENDED_BYTES : COMPACT_BYTES));
        if (chunks != null) {
            chunks.write(target, firstBlock);
        } else if (inlined() > 0) {
            byte[] whole = bytes();
            target.put(whole, whole.length - inlined(), inlined());
        }
        return record;
    }

    /** The content that lies apart, filled up to a block. */
    byte[] apart() {
        return Arrays.copyOf(bytes(), blocksApart() * ImageFormat.BLOCK);
    }

    private void writeCompact(ByteBuffer target, int address) {
        target.putShort((short) inode.links());
        target.putInt((int) size(inode, content));
        target.putInt(0); // Seconds after the epoch, for kernels that know the field.
        target.putInt(address);
        target.putInt(inode.nid());
        target.putShort((short) inode.uid()).putShort((short) inode.gid());
    }

    private void writeExtended(ByteBuffer target, int address) {
        target.putShort((short) 0);
        target.putLong(size(inode, content));
        target.putInt(address);
        target.putInt(inode.nid());
        target.putInt(inode.uid()).putInt(inode.gid());
        target.putLong(Math.floorDiv(inode.modifiedNanos(), NANOS));
        target.putInt((int) Math.floorMod(inode.modifiedNanos(), NANOS));
        target.putInt(inode.links());
    }

    /** Field {@code i_u}: where data begins, how chunks are, or which device it is. */
    private int address(int firstBlock) {
        return switch (inode) {
            case FileInode file when chunks != null -> chunks.format();
            case FileInode file when file.size() == 0 -> 0;
            case FileInode file ->
                    (int) (firstBlock + (file.dataOffset() >>> ImageFormat.BLOCK_BITS));
            case SpecialInode node -> node.device();
            case DirectoryInode _, SymlinkInode _ -> inode.dataBlock();
        };
    }

    private int layout() {
        return chunks != null ? CHUNK_BASED : inlined() > 0 ? FLAT_INLINE : FLAT_PLAIN;
    }

    private int head() {
        return (extended ? EXTENDED_BYTES : COMPACT_BYTES) + attributes.length();
    }

    /** Bytes of content that follow the inode. */
    private int inlined() {
        int tail = content.length() % ImageFormat.BLOCK;
        return head() + tail <= ImageFormat.BLOCK ? tail : 0;
    }

    private byte[] bytes() {
        byte[] whole = new byte[content.length()];
        content.write(ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN));
        return whole;
    }
}
