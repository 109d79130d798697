package jong.linux.mounts;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.Set;
import jong.linux.ErrnoException;
import jong.linux.calls.NativeCall;
import jong.linux.calls.Syscall;

/** mount(2) and umount2(2), for paths of this program's own choosing. */
public final class Mounts {
    private static final int MS_REMOUNT = 0x20;
    private static final int MS_BIND = 0x1000;
    private static final int MS_REC = 0x4000;
    private static final int MNT_DETACH = 2;
    private static final int UMOUNT_NOFOLLOW = 8;

    private Mounts() {}

    /**
     * Mounts a file system.
     *
     * @param source the device, or any word for file systems without one
     * @param type such as {@code tmpfs}
     * @param data options of the file system, separated by commas; may be empty
     */
    public static void mount(
            String source, Path target, String type, Set<MountFlag> flags, String data)
            throws ErrnoException {
        mount(source, target, type, MountFlag.bits(flags), data);
    }

    /** Makes {@code source} appear at {@code target} too, alone or with the mounts below it. */
    public static void bind(Path source, Path target, boolean recursive) throws ErrnoException {
        mount(source.toString(), target, "", MS_BIND | (recursive ? MS_REC : 0), "");
    }

    /** Changes the flags of the mount at {@code target}; those not given are cleared. */
    public static void remountBind(Path target, Set<MountFlag> flags) throws ErrnoException {
        mount("", target, "", MS_REMOUNT | MS_BIND | MountFlag.bits(flags), "");
    }

    /** Sets how mounts made at {@code target} are seen elsewhere. */
    public static void propagate(Path target, Propagation propagation, boolean recursive)
            throws ErrnoException {
        mount("", target, "", propagation.bits() | (recursive ? MS_REC : 0), "");
    }

    /** Unmounts; EBUSY while in use. Never follows a symlink. */
    public static void unmount(Path target) throws ErrnoException {
        unmount(target, UMOUNT_NOFOLLOW);
    }

    /** Takes the mount and those below it out of the tree now, and lets go when unused. */
    public static void detach(Path target) throws ErrnoException {
        unmount(target, UMOUNT_NOFOLLOW | MNT_DETACH);
    }

    /** As the others, with the kernel's numbers. */
    static void mount(String source, Path target, String type, long flags, String data)
            throws ErrnoException {
        try (var arena = Arena.ofConfined()) {
            long result =
                    NativeCall.of(
                            Syscall.MOUNT,
                            text(arena, source),
                            text(arena, target.toString()),
                            text(arena, type),
                            flags,
                            text(arena, data));
            if (result < 0) {
                String told = told(source, target, flags, data);
                throw new ErrnoException("mount", told, (int) -result);
            }
        }
    }

    /** As Go's programs tell it. */
    private static String told(String source, Path target, long flags, String data) {
        return (source.isEmpty() ? "" : source + ":")
                + target
                + (flags == 0 ? "" : ", flags: 0x" + Long.toHexString(flags))
                + (data.isEmpty() ? "" : ", data: " + data);
    }

    private static void unmount(Path target, int flags) throws ErrnoException {
        try (var arena = Arena.ofConfined()) {
            long result = NativeCall.of(Syscall.UMOUNT2, text(arena, target.toString()), flags);
            NativeCall.check(result, Syscall.UMOUNT2, target);
        }
    }

    private static long text(Arena arena, String text) {
        return NativeCall.terminated(arena, text.getBytes(UTF_8)).address();
    }
}
