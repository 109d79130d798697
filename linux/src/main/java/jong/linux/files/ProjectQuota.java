package jong.linux.files;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import jong.linux.Errno;
import jong.linux.ErrnoException;
import jong.linux.calls.NativeCall;
import jong.linux.calls.Syscall;

/**
 * Project quotas: limits of what the files of a number, their <em>project</em>, occupy together.
 *
 * <p>By quotactl_fd(2), of Linux 5.14, with the commands that XFS brought and ext4 understands too.
 * Processes with CAP_SYS_RESOURCE exceed the limits of ext4.
 */
public final class ProjectQuota {
    private static final long FS_IOC_FSGETXATTR = 0x801c581fL;
    private static final long FS_IOC_FSSETXATTR = 0x401c5820L;
    private static final int ATTRIBUTES_BYTES = 28;
    private static final int ATTRIBUTES_PROJECT = 12;
    private static final int FS_XFLAG_PROJINHERIT = 0x200;

    private static final int PRJQUOTA = 2;
    private static final int Q_XGETQUOTA = command(3);
    private static final int Q_XSETQLIM = command(4);
    private static final int Q_XGETQSTAT = command(5);
    private static final int FS_QUOTA_PDQ_ACCT = 1 << 4;
    private static final int FS_QUOTA_PDQ_ENFD = 1 << 5;
    private static final int STATE_BYTES = 256; // fs_quota_stat is 80; room for what may come.
    private static final int STATE_FLAGS = 2;

    private static final int LIMITS_BYTES = 112; // fs_disk_quota
    private static final int LIMITS_KIND = 1;
    private static final int LIMITS_FIELDS = 2;
    private static final int LIMITS_ID = 4;
    private static final int LIMITS_HARD = 8;
    private static final int LIMITS_SOFT = 16;
    private static final int LIMITS_USED = 40;
    private static final byte FS_DQUOT_VERSION = 1;
    private static final byte FS_PROJ_QUOTA = 2;
    private static final short FS_DQ_BSOFT_BHARD = 1 << 2 | 1 << 3;
    private static final int UNIT_BYTES = 512;

    private ProjectQuota() {}

    private static int command(int number) {
        return ('X' << 8 | number) << 8 | PRJQUOTA;
    }

    /**
     * What a project may occupy and does.
     *
     * @param limit in bytes; 0 for none
     * @param used in bytes
     */
    public record Usage(long limit, long used) {}

    /** Whether the file system of an open file counts projects and enforces their limits. */
    public static boolean isEnforced(Fd file) throws ErrnoException {
        try (var arena = Arena.ofConfined()) {
            var state = arena.allocate(STATE_BYTES);
            state.set(JAVA_BYTE, 0, FS_DQUOT_VERSION);
            if (quotactl(file, Q_XGETQSTAT, 0, state) < 0) {
                return false; // Neither the kernel, the file system nor the mount has them.
            }
            int wanted = FS_QUOTA_PDQ_ACCT | FS_QUOTA_PDQ_ENFD;
            return (state.get(JAVA_SHORT, STATE_FLAGS) & wanted) == wanted;
        }
    }

    /** The project of an open file; 0 for none, and where there are no projects. */
    public static int project(Fd file) throws ErrnoException {
        try (var arena = Arena.ofConfined()) {
            var attributes = arena.allocate(ATTRIBUTES_BYTES, Integer.BYTES);
            long result = ioctl(file, FS_IOC_FSGETXATTR, attributes);
            return result < 0 ? 0 : attributes.get(JAVA_INT, ATTRIBUTES_PROJECT);
        }
    }

    /** Puts an open file into a project; what is made in a directory from now on follows it. */
    public static void setProject(Fd file, int project) throws ErrnoException {
        try (var arena = Arena.ofConfined()) {
            var attributes = arena.allocate(ATTRIBUTES_BYTES, Integer.BYTES);
            NativeCall.check(ioctl(file, FS_IOC_FSGETXATTR, attributes), Syscall.IOCTL, file);
            if (file.stat().type() == FileType.DIRECTORY) {
                int flags = attributes.get(JAVA_INT, 0) | FS_XFLAG_PROJINHERIT;
                attributes.set(JAVA_INT, 0, flags);
            }
            attributes.set(JAVA_INT, ATTRIBUTES_PROJECT, project);
            NativeCall.check(ioctl(file, FS_IOC_FSSETXATTR, attributes), Syscall.IOCTL, file);
        }
    }

    /**
     * Limits a project on the file system of an open file.
     *
     * @param bytes rounded down to 512; 0 for no limit
     */
    public static void setLimit(Fd file, int project, long bytes) throws ErrnoException {
        try (var arena = Arena.ofConfined()) {
            var limits = limits(arena, project);
            limits.set(JAVA_SHORT, LIMITS_FIELDS, FS_DQ_BSOFT_BHARD);
            limits.set(JAVA_LONG, LIMITS_HARD, bytes / UNIT_BYTES);
            limits.set(JAVA_LONG, LIMITS_SOFT, bytes / UNIT_BYTES);
            long result = quotactl(file, Q_XSETQLIM, project, limits);
            NativeCall.check(result, Syscall.QUOTACTL_FD, file, "project", project);
        }
    }

    /** What a project may occupy and does; nothing of one that was never used. */
    public static Usage usage(Fd file, int project) throws ErrnoException {
        try (var arena = Arena.ofConfined()) {
            var limits = limits(arena, project);
            long result = quotactl(file, Q_XGETQUOTA, project, limits);
            if (result == -Errno.ENOENT.number()) {
                return new Usage(0, 0);
            }
            NativeCall.check(result, Syscall.QUOTACTL_FD, file, "project", project);
            return new Usage(
                    limits.get(JAVA_LONG, LIMITS_HARD) * UNIT_BYTES,
                    limits.get(JAVA_LONG, LIMITS_USED) * UNIT_BYTES);
        }
    }

    private static MemorySegment limits(Arena arena, int project) {
        var limits = arena.allocate(LIMITS_BYTES, Long.BYTES);
        limits.set(JAVA_BYTE, 0, FS_DQUOT_VERSION);
        limits.set(JAVA_BYTE, LIMITS_KIND, FS_PROJ_QUOTA);
        limits.set(JAVA_INT, LIMITS_ID, project);
        return limits;
    }

    private static long quotactl(Fd file, int command, int project, MemorySegment argument)
            throws ErrnoException {
        return NativeCall.of(
                Syscall.QUOTACTL_FD,
                file.number(),
                Integer.toUnsignedLong(command),
                Integer.toUnsignedLong(project),
                argument.address());
    }

    private static long ioctl(Fd file, long request, MemorySegment argument) throws ErrnoException {
        return NativeCall.of(Syscall.IOCTL, file.number(), request, argument.address());
    }
}
