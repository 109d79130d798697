package jong.cli.archive;

/**
 * The header of a file in an archive.
 *
 * @param name with a slash at the end if it is a directory
 * @param type tar's letter
 * @param mode permission bits with set-id and sticky bits
 * @param uid owner
 * @param gid group
 * @param size bytes of a regular file, 0 for others
 * @param modified seconds since the epoch
 * @param link what a symlink says, or the name of a hard link's file
 * @param device which device it is; 0.0 for all else
 */
record Entry(
        String name,
        char type,
        int mode,
        long uid,
        long gid,
        long size,
        long modified,
        String link,
        Device device) {

    static final char FILE = '0';
    static final char HARD_LINK = '1';
    static final char SYMLINK = '2';
    static final char CHARACTER = '3';
    static final char BLOCK = '4';
    static final char DIRECTORY = '5';
    static final char PIPE = '6';

    /** The numbers of a device. */
    record Device(long major, long minor) {

        static final Device NONE = new Device(0, 0);

        /** From the number in which {@code stat} has both. */
        static Device of(long number) {
            return new Device(
                    ((number >> 8) & 0xfff) | ((number >> 32) & ~0xfffL),
                    (number & 0xff) | ((number >> 12) & 0xffffff00L));
        }
    }

    Entry withNames(String newName, String newLink) {
        return new Entry(newName, type, mode, uid, gid, size, modified, newLink, device);
    }
}
