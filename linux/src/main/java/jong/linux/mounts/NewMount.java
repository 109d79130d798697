package jong.linux.mounts;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import jong.linux.Errno;
import jong.linux.ErrnoException;
import jong.linux.calls.NativeCall;
import jong.linux.calls.Syscall;
import jong.linux.files.Fd;

/**
 * A file system being configured by the mount API of Linux 5.2: fsopen, fsconfig, fsmount. Unlike
 * mount(2)'s one page of options, it takes each by itself and says in words what is wrong.
 */
final class NewMount implements AutoCloseable {
    private static final int CLOEXEC = 1; // FSOPEN_CLOEXEC and FSMOUNT_CLOEXEC.
    private static final int SET_FLAG = 0;
    private static final int SET_STRING = 1;
    private static final int SET_FD = 5;
    private static final int CREATE = 6;
    private static final int AT_FDCWD = -100;
    private static final int MOVE_MOUNT_F_EMPTY_PATH = 4;

    private final String type;
    private final Fd context;

    /** Begins a file system of a type, such as {@code overlay}. */
    NewMount(String type) throws ErrnoException {
        this.type = type;
        try (var arena = Arena.ofConfined()) {
            long result = NativeCall.of(Syscall.FSOPEN, text(arena, type).address(), CLOEXEC);
            this.context = new Fd((int) NativeCall.check(result, Syscall.FSOPEN, type), type);
        }
    }

    /** Sets an option that has no value. */
    void flag(String key) throws ErrnoException {
        check(configure(SET_FLAG, key, "", 0), key);
    }

    /** Sets an option; a value longer than 255 bytes is EINVAL. */
    void option(String key, String value) throws ErrnoException {
        check(configure(SET_STRING, key, value, 0), key + "=" + value);
    }

    /**
     * Sets an option to an open file or directory.
     *
     * @return false when this kernel's file system takes no descriptor for it
     */
    boolean tryOption(String key, Fd value) throws ErrnoException {
        long result = configure(SET_FD, key, "", value.number());
        if (result == -Errno.EINVAL.number()) {
            return false;
        }
        check(result, key + "=" + value);
        return true;
    }

    /** Creates the file system, attached nowhere. */
    void create() throws ErrnoException {
        check(configure(CREATE, "", "", 0), "create");
    }

    /** Creates the file system and attaches it at a path. */
    void attach(Path target, long attributes) throws ErrnoException {
        check(configure(CREATE, "", "", 0), target.toString());
        long made = NativeCall.of(Syscall.FSMOUNT, context.number(), CLOEXEC, attributes);
        NativeCall.check(made, Syscall.FSMOUNT, type, target);
        try (var mount = new Fd((int) made, type);
                var arena = Arena.ofConfined()) {
            long moved =
                    NativeCall.of(
                            Syscall.MOVE_MOUNT,
                            mount.number(),
                            text(arena, "").address(),
                            AT_FDCWD,
                            text(arena, target.toString()).address(),
                            MOVE_MOUNT_F_EMPTY_PATH);
            NativeCall.check(moved, Syscall.MOVE_MOUNT, type, target);
        }
    }

    @Override
    public void close() {
        context.close();
    }

    private long configure(int command, String key, String value, int auxiliary)
            throws ErrnoException {
        try (var arena = Arena.ofConfined()) {
            return NativeCall.of(
                    Syscall.FSCONFIG,
                    context.number(),
                    command,
                    key.isEmpty() ? 0 : text(arena, key).address(),
                    command == SET_STRING ? text(arena, value).address() : 0,
                    auxiliary);
        }
    }

    private void check(long result, String option) throws ErrnoException {
        if (result < 0) {
            var arguments = type + " " + option;
            var told = messages();
            throw told.isEmpty()
                    ? NativeCall.failure(result, Syscall.FSCONFIG, arguments)
                    : new ErrnoException("fsconfig", arguments, (int) -result, told);
        }
    }

    /** What the kernel logged to the context: lines {@code e overlay: reason}. */
    private String messages() {
        var text = new StringBuilder();
        var buffer = ByteBuffer.allocate(1024);
        try {
            while (context.read(buffer.clear()) > 0) {
                var line = UTF_8.decode(buffer.flip()).toString().strip();
                text.append(text.isEmpty() ? "" : "; ").append(line.replaceFirst("^[ewi] ", ""));
            }
        } catch (ErrnoException e) {
            return text.toString(); // ENODATA: no (further) message.
        }
        return text.toString();
    }

    private static MemorySegment text(Arena arena, String text) {
        return NativeCall.terminated(arena, text.getBytes(UTF_8));
    }
}
