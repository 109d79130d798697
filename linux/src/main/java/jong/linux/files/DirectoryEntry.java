package jong.linux.files;

/**
 * One name in a directory.
 *
 * @param name the name, see {@link FileName}
 * @param inode its inode number
 * @param type its kind; {@link FileType#UNKNOWN} where the file system does not say
 */
public record DirectoryEntry(String name, long inode, FileType type) {}
