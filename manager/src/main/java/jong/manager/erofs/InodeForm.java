package jong.manager.erofs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * How an inode looks in the image: erofs_inode_compact or erofs_inode_extended, its extended
 * attributes, and then the map of its data or the end of its content.
 *
 * <p>Content of the image's own (directories, symlinks) lies in blocks apart. What is left after
 * whole blocks follows the inode (EROFS_INODE_FLAT_INLINE) if both fit into one block together, so
 * that most directories and symlinks are read with their inodes.
 */
final class InodeForm {

    private static final int COMPACT_BYTES = 32;
    private static final int EXTENDED_BYTES = 64;

    private static final int FLAT_INLINE = 2;

    private static final long NANOS = 1_000_000_000;

    private final Inode inode;
    private final boolean extended;
    private final XattrBody attributes;
    private final Content content;
    private final FileData data;
    private final BlockSize block;

    private InodeForm(
            Inode inode, boolean extended, XattrBody attributes, Content content, BlockSize block) {
        this.inode = inode;
        this.extended = extended;
        this.attributes = attributes;
        this.content = content;
        this.data = inode instanceof FileInode file ? file.data() : ArchivePart.EMPTY;
        this.block = block;
    }

    /**
     * The form of an inode.
     *
     * @param block the size of the image's blocks
     * @param epochNanos the time that compact inodes have, which have no field for it
     */
    static InodeForm of(Inode inode, BlockSize block, long epochNanos) throws IOException {
        Content content = Content.of(inode, block);
        boolean extended =
                inode.modifiedNanos() != epochNanos
                        || !fits(inode.uid())
                        || !fits(inode.gid())
                        || !fits(inode.links())
                        || size(inode, content) > 0xffff_ffffL;
        return new InodeForm(inode, extended, XattrBody.of(inode.attributes()), content, block);
    }

    private static boolean fits(int number) {
        return number >>> 16 == 0;
    }

    private static long size(Inode inode, Content content) {
        return inode instanceof FileInode file ? file.size() : content.length();
    }

    /** Bytes from the inode's place to the end of what follows it. */
    int length() {
        return head() + data.mapLength(head()) + inlined();
    }

    /** Blocks of content that lies apart. */
    int blocksApart() {
        return (int) block.blocks(content.length() - inlined());
    }

    /** The first place from a position on where the inode may be. */
    long place(long position) {
        long slot = ImageFormat.align(position, ImageFormat.SLOT);
        boolean crosses = slot % block.bytes() + length() > block.bytes();
        return inlined() > 0 && crosses ? block.align(slot) : slot;
    }

    /**
     * The inode and what follows it.
     *
     * @param archive the block address of the archive's first byte, if data is there
     */
    byte[] record(int archive) {
        byte[] record = new byte[length()];
        var target = ByteBuffer.wrap(record).order(ByteOrder.LITTLE_ENDIAN);
        target.putShort((short) (layout() << 1 | (extended ? 1 : 0)));
        target.putShort((short) attributes.count());
        target.putShort((short) (inode.type().bits() | inode.permissions()));
        if (extended) {
            writeExtended(target, address(archive));
        } else {
            writeCompact(target, address(archive));
        }
        attributes.write(target.position(extended ? EXTENDED_BYTES : COMPACT_BYTES));
        data.writeMap(target, archive);
        if (inlined() > 0) {
            byte[] whole = bytes();
            target.put(whole, whole.length - inlined(), inlined());
        }
        return record;
    }

    /** The content that lies apart, filled up to a block. */
    byte[] apart() {
        return Arrays.copyOf(bytes(), blocksApart() * block.bytes());
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

    /**
     * Field {@code i_u}: where content begins, which device it is, or what {@link FileData} says.
     */
    private int address(int archive) {
        return switch (inode) {
            case FileInode file -> file.data().address(archive);
            case SpecialInode node -> node.device();
            case DirectoryInode _, SymlinkInode _ -> inode.dataBlock();
        };
    }

    private int layout() {
        return inlined() > 0 ? FLAT_INLINE : data.layout();
    }

    private int head() {
        return (extended ? EXTENDED_BYTES : COMPACT_BYTES) + attributes.length();
    }

    /** Bytes of content that follow the inode. */
    private int inlined() {
        int tail = content.length() % block.bytes();
        return head() + tail <= block.bytes() ? tail : 0;
    }

    private byte[] bytes() {
        byte[] whole = new byte[content.length()];
        content.write(ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN));
        return whole;
    }
}
