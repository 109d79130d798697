package jong.linux.files;

/** The kinds of file that {@code st_mode} tells apart. */
public enum FileType {
    /** A regular file. */
    REGULAR(0100000),
    /** A directory. */
    DIRECTORY(0040000),
    /** A symbolic link. */
    SYMLINK(0120000),
    /** A character device. */
    CHARACTER_DEVICE(0020000),
    /** A block device. */
    BLOCK_DEVICE(0060000),
    /** A named pipe. */
    FIFO(0010000),
    /** A unix socket. */
    SOCKET(0140000),
    /** Not told, as some file systems do not in directory listings. */
    UNKNOWN(0);

    private static final int MASK = 0170000;

    private final int bits;

    FileType(int bits) {
        this.bits = bits;
    }

    /** The S_IF* bits. */
    public int bits() {
        return bits;
    }

    /** The type in a mode. */
    public static FileType of(int mode) {
        for (var type : values()) {
            if (type.bits == (mode & MASK)) {
                return type;
            }
        }
        return UNKNOWN;
    }
}
