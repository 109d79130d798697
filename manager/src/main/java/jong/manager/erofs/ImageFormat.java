package jong.manager.erofs;

/** Sizes of the on-disk format that several of its parts need (erofs_fs.h). */
final class ImageFormat {

    /** Inodes are numbered by their place in units of this many bytes. */
    static final int SLOT = 32;

    /** EROFS_NULL_ADDR: the block address of a hole. */
    static final int NULL_ADDRESS = -1;

    private ImageFormat() {}

    /** The next multiple of {@code unit}, a power of two. */
    static long align(long position, int unit) {
        return (position + unit - 1) & -unit;
    }
}
