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
 */
record Entry(
        String name,
        char type,
        int mode,
        long uid,
        long gid,
        long size,
        long modified,
        String link) {

    static final char FILE = '0';
    static final char HARD_LINK = '1';
    static final char SYMLINK = '2';
    static final char DIRECTORY = '5';

    Entry withNames(String newName, String newLink) {
        return new Entry(newName, type, mode, uid, gid, size, modified, newLink);
    }
}
