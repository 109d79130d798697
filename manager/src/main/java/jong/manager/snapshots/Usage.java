package jong.manager.snapshots;

/**
 * What a snapshot itself occupies, without its parents.
 *
 * @param bytes disk space in bytes: blocks allocated, a file with several links counted once
 * @param inodes number of files and directories
 */
public record Usage(long bytes, long inodes) {}
