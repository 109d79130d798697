package jong.runtime.plan;

/** The kernel's mount flags (include/uapi/linux/mount.h), as far as options name them. */
final class MountFlags {

    static final long RDONLY = 1;
    static final long NOSUID = 1 << 1;
    static final long NODEV = 1 << 2;
    static final long NOEXEC = 1 << 3;
    static final long SYNCHRONOUS = 1 << 4;
    static final long REMOUNT = 1 << 5;
    static final long MANDLOCK = 1 << 6;
    static final long DIRSYNC = 1 << 7;
    static final long NOSYMFOLLOW = 1 << 8;
    static final long NOATIME = 1 << 10;
    static final long NODIRATIME = 1 << 11;
    static final long BIND = 1 << 12;
    static final long REC = 1 << 14;
    static final long SILENT = 1 << 15;
    static final long POSIXACL = 1 << 16;
    static final long UNBINDABLE = 1 << 17;
    static final long PRIVATE = 1 << 18;
    static final long SLAVE = 1 << 19;
    static final long SHARED = 1 << 20;
    static final long RELATIME = 1 << 21;
    static final long I_VERSION = 1 << 23;
    static final long STRICTATIME = 1 << 24;
    static final long LAZYTIME = 1 << 25;

    static final long ATTR_RDONLY = 0x1;
    static final long ATTR_NOSUID = 0x2;
    static final long ATTR_NODEV = 0x4;
    static final long ATTR_NOEXEC = 0x8;

    /** The field that holds one of the three ways to keep access times. */
    static final long ATTR_ATIME = 0x70;

    static final long ATTR_RELATIME = 0;
    static final long ATTR_NOATIME = 0x10;
    static final long ATTR_STRICTATIME = 0x20;
    static final long ATTR_NODIRATIME = 0x80;
    static final long ATTR_NOSYMFOLLOW = 0x200000;

    private static final long[][] ATTRIBUTE_OF_FLAG = {
        {RDONLY, ATTR_RDONLY},
        {NOSUID, ATTR_NOSUID},
        {NODEV, ATTR_NODEV},
        {NOEXEC, ATTR_NOEXEC},
        {NOATIME, ATTR_NOATIME},
        {STRICTATIME, ATTR_STRICTATIME},
        {NODIRATIME, ATTR_NODIRATIME},
        {NOSYMFOLLOW, ATTR_NOSYMFOLLOW},
    };

    private MountFlags() {}

    /** The {@code MOUNT_ATTR_} bits of those {@code MS_} bits that one mount can have. */
    static long attributes(long flags) {
        long attributes = 0;
        for (long[] pair : ATTRIBUTE_OF_FLAG) {
            attributes |= (flags & pair[0]) != 0 ? pair[1] : 0;
        }
        return attributes;
    }

    /** The inverse of {@link #attributes}. */
    static long flags(long attributes) {
        long flags = 0;
        for (long[] pair : ATTRIBUTE_OF_FLAG) {
            flags |= (attributes & pair[1]) != 0 ? pair[0] : 0;
        }
        return flags;
    }
}
