package jong.manager.erofs;

/**
 * How much memory the tree of a layer may take: an entry is a block of the archive, and compresses
 * to nearly nothing. What entries replace is not given back.
 */
final class MemoryBudget {

    /** Enough for about a million files. */
    static final long MAX_BYTES = 256 << 20;

    /** An inode, its name in a directory, and the map's place for it. */
    private static final int FILE_BYTES = 200;

    private long left;

    MemoryBudget(long bytes) {
        this.left = bytes;
    }

    /** A file or a link, with a name and other data of that many bytes in memory. */
    void addFile(long dataBytes) throws UnmountableLayerException {
        add(FILE_BYTES + dataBytes);
    }

    /** Anything else that is kept. */
    void add(long bytes) throws UnmountableLayerException {
        left -= bytes;
        if (left < 0) {
            throw new UnmountableLayerException("it has too many files");
        }
    }
}
