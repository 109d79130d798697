package jong.linux.files;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;

/**
 * What statfs(2) tells of a file system.
 *
 * @param type the magic number ({@code linux/magic.h})
 * @param blockBytes size of a block
 * @param blocks all blocks
 * @param freeBlocks free blocks
 * @param availableBlocks free blocks for users without rights
 * @param inodes all inodes; 0 where they are not counted
 * @param freeInodes free inodes
 */
public record FileSystemStat(
        long type,
        long blockBytes,
        long blocks,
        long freeBlocks,
        long availableBlocks,
        long inodes,
        long freeInodes) {
    static final long BYTES = 120;

    static FileSystemStat read(MemorySegment statfs) {
        return new FileSystemStat(
                statfs.get(JAVA_LONG, 0),
                statfs.get(JAVA_LONG, 8),
                statfs.get(JAVA_LONG, 16),
                statfs.get(JAVA_LONG, 24),
                statfs.get(JAVA_LONG, 32),
                statfs.get(JAVA_LONG, 40),
                statfs.get(JAVA_LONG, 48));
    }
}
