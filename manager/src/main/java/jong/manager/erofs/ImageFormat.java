package jong.manager.erofs;

/** Sizes of the on-disk format that several of its parts need (erofs_fs.h). */
final class ImageFormat {

    /** Blocks have the size of tar's, so that data in an archive is addressed in place. */
    static final int BLOCK_BITS = 9;

    static final int BLOCK = 1 << BLOCK_BITS;

    /** Inodes are numbered by their place in units of this many bytes. */
    static final int SLOT = 32;

    /** EROFS_NULL_ADDR: the block address of a hole. */
    static final int NULL_ADDRESS = -1;

    private ImageFormat() {}

    /** Blocks that so many bytes take. */
    static long blocks(long bytes) {
        return (bytes + BLOCK - 1) >>> BLOCK_BITS;
    }

    /** The next multiple of {@code unit}, a power of two. */
    static long align(long position, int unit) {
        return (position + unit - 1) & -unit;
    }
}
