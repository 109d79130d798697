package jong.linux.files;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;

/**
 * What statx(2) tells of a file.
 *
 * @param device the file system's device number, see {@link Device}
 * @param inode the inode number
 * @param mode type and permission bits, see {@link FileType}
 * @param links number of hard links
 * @param uid owner
 * @param gid group
 * @param specialDevice for a device file, which device it is; else 0
 * @param size bytes
 * @param allocatedBytes bytes on disk
 * @param accessTimeNanos nanoseconds since the epoch, as all times here
 * @param modificationTimeNanos when its content last changed
 * @param changeTimeNanos when its inode last changed
 */
public record Stat(
        long device,
        long inode,
        int mode,
        int links,
        int uid,
        int gid,
        long specialDevice,
        long size,
        long allocatedBytes,
        long accessTimeNanos,
        long modificationTimeNanos,
        long changeTimeNanos) {
    /** Size of {@code struct statx}. */
    static final long BYTES = 256;

    /** STATX_BASIC_STATS. */
    static final int MASK = 0x7ff;

    /** The kind of file. */
    public FileType type() {
        return FileType.of(mode);
    }

    /** The permission bits, with set-id and sticky bits. */
    public int permissions() {
        return mode & 07777;
    }

    /** The same file with another owner and group. */
    public Stat withOwner(int otherUid, int otherGid) {
        return new Stat(
                device,
                inode,
                mode,
                links,
                otherUid,
                otherGid,
                specialDevice,
                size,
                allocatedBytes,
                accessTimeNanos,
                modificationTimeNanos,
                changeTimeNanos);
    }

    /** Whether both are the same file. */
    public boolean isSameFile(Stat other) {
        return device == other.device && inode == other.inode;
    }

    // Offsets of struct statx, the same on all architectures (include/uapi/linux/stat.h).
    static Stat read(MemorySegment statx) {
        return new Stat(
                Device.of(statx.get(JAVA_INT, 136), statx.get(JAVA_INT, 140)),
                statx.get(JAVA_LONG, 32),
                Short.toUnsignedInt(statx.get(JAVA_SHORT, 28)),
                statx.get(JAVA_INT, 16),
                statx.get(JAVA_INT, 20),
                statx.get(JAVA_INT, 24),
                Device.of(statx.get(JAVA_INT, 128), statx.get(JAVA_INT, 132)),
                statx.get(JAVA_LONG, 40),
                statx.get(JAVA_LONG, 48) * 512,
                nanos(statx, 64),
                nanos(statx, 112),
                nanos(statx, 96));
    }

    private static long nanos(MemorySegment statx, long offset) {
        long seconds = statx.get(JAVA_LONG, offset);
        return seconds * 1_000_000_000 + statx.get(JAVA_INT, offset + 8);
    }
}
