package jong.manager.erofs;

/** How large the blocks of an image are: addresses count them. */
enum BlockSize {

    /** Blocks have the size of tar's, so that data in an archive is addressed in place. */
    TAR(9),

    /**
     * As large as most machines' pages. Linux calls compressed data in smaller ones experimental.
     */
    PAGE(12);

    private final int bits;

    BlockSize(int bits) {
        this.bits = bits;
    }

    /** Field {@code blkszbits}. */
    int bits() {
        return bits;
    }

    int bytes() {
        return 1 << bits;
    }

    /** Blocks that so many bytes take. */
    long blocks(long bytes) {
        return (bytes + bytes() - 1) >>> bits;
    }

    /** The first block that begins at a position or after it, in bytes. */
    long align(long position) {
        return ImageFormat.align(position, bytes());
    }
}
