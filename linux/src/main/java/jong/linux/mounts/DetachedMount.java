package jong.linux.mounts;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import jong.linux.ErrnoException;
import jong.linux.calls.NativeCall;
import jong.linux.calls.Syscall;
import jong.linux.files.Fd;

/**
 * A copy of a tree of mounts that lies nowhere yet: a bind mount in two steps (open_tree(2),
 * move_mount(2)), so that its place can be an open file instead of a path that somebody changes
 * meanwhile. Closed without having been attached, it is gone.
 */
public final class DetachedMount implements AutoCloseable {
    private static final int OPEN_TREE_CLONE = 1;
    private static final int OPEN_TREE_CLOEXEC = 0x80000;
    private static final int AT_EMPTY_PATH = 0x1000;
    private static final int AT_RECURSIVE = 0x8000;
    private static final int MOVE_MOUNT_F_EMPTY_PATH = 0x04;
    private static final int MOVE_MOUNT_T_EMPTY_PATH = 0x40;
    private static final int MOUNT_ATTR_RDONLY = 1;
    private static final int MOUNT_ATTR_SIZE = 32; // struct mount_attr.
    private static final long MS_PRIVATE = 1 << 18;

    private final Fd fd;

    private DetachedMount(Fd fd) {
        this.fd = fd;
    }

    /** Copies the mount that shows an open file or directory, and those below it. */
    public static DetachedMount copyOf(Fd source) throws ErrnoException {
        int flags = OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE | AT_EMPTY_PATH;
        try (var arena = Arena.ofConfined()) {
            long path = empty(arena).address();
            long result = NativeCall.of(Syscall.OPEN_TREE, source.number(), path, flags);
            NativeCall.check(result, Syscall.OPEN_TREE, source);
            return new DetachedMount(new Fd((int) result, source.toString()));
        }
    }

    /** Makes all mounts of it private, and read-only if so wanted. */
    public void configure(boolean readOnly) throws ErrnoException {
        try (var arena = Arena.ofConfined()) {
            var attributes = arena.allocate(MOUNT_ATTR_SIZE, 8);
            attributes.set(JAVA_LONG, 0, readOnly ? MOUNT_ATTR_RDONLY : 0);
            attributes.set(JAVA_LONG, 16, MS_PRIVATE);
            long result =
                    NativeCall.of(
                            Syscall.MOUNT_SETATTR,
                            fd.number(),
                            empty(arena).address(),
                            AT_EMPTY_PATH | AT_RECURSIVE,
                            attributes.address(),
                            MOUNT_ATTR_SIZE);
            NativeCall.check(result, Syscall.MOUNT_SETATTR, fd, readOnly ? "ro" : "rw");
        }
    }

    /** Lays it over an open file or directory, of the same kind as the source. */
    public void attach(Fd place) throws ErrnoException {
        try (var arena = Arena.ofConfined()) {
            long empty = empty(arena).address();
            long result =
                    NativeCall.of(
                            Syscall.MOVE_MOUNT,
                            fd.number(),
                            empty,
                            place.number(),
                            empty,
                            MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH);
            NativeCall.check(result, Syscall.MOVE_MOUNT, fd, place);
        }
    }

    @Override
    public void close() {
        fd.close();
    }

    private static MemorySegment empty(Arena arena) {
        return arena.allocate(1);
    }
}
