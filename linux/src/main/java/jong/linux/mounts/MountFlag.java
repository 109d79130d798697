package jong.linux.mounts;

import java.util.Set;

/** The MS_* flags of a mount that restrict what can be done through it. */
public enum MountFlag {
    /** No writing. */
    READ_ONLY(0x1),
    /** Set-id bits and file capabilities do nothing. */
    NO_SUID(0x2),
    /** Device files do not work. */
    NO_DEV(0x4),
    /** Programs cannot be run from it. */
    NO_EXEC(0x8),
    /** Access times are not kept. */
    NO_ATIME(0x400),
    /** Access times of directories are not kept. */
    NO_DIR_ATIME(0x800),
    /** Access times are kept when older than the last change, or a day. */
    RELATIVE_ATIME(0x200000);

    private final int bits;

    MountFlag(int bits) {
        this.bits = bits;
    }

    static long bits(Set<MountFlag> flags) {
        long all = 0;
        for (var flag : flags) {
            all |= flag.bits;
        }
        return all;
    }
}
