package jong.linux.files;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import jong.linux.Errno;
import jong.linux.ErrnoException;
import jong.linux.calls.NativeCall;
import jong.linux.calls.Syscall;

/**
 * The extended attributes of an open file.
 *
 * <p>Goes through {@code /proc/self/fd}, because descriptors opened with {@link OpenHow#path}, the
 * only kind a symlink or device can have safely, are refused by fsetxattr(2). The magic link leads
 * to the very file, a symlink too, so no name is resolved again.
 */
public final class ExtendedAttributes {
    private static final int LARGEST_VALUE = 64 * 1024; // XATTR_SIZE_MAX and XATTR_LIST_MAX.

    /** Tried first: memory is zeroed for each call, and few files have more. */
    private static final int USUAL_VALUE = 256;

    private final Fd fd;

    ExtendedAttributes(Fd fd) {
        this.fd = fd;
    }

    /** All names, with their prefix ({@code user.}, {@code security.}, {@code trusted.}). */
    public List<String> names() throws ErrnoException {
        try (var arena = Arena.ofConfined()) {
            var path = link(arena);
            var list = arena.allocate(USUAL_VALUE);
            long length = list(path, list);
            if (length == -Errno.ERANGE.number()) {
                list = arena.allocate(LARGEST_VALUE);
                length = list(path, list);
            }
            if (length == -Errno.EOPNOTSUPP.number()) {
                return List.of();
            }
            NativeCall.check(length, Syscall.LISTXATTR, fd);
            var names = new ArrayList<String>();
            for (long at = 0; at < length; ) {
                var name = list.getString(at, ISO_8859_1);
                names.add(FileName.decode(name.getBytes(ISO_8859_1)));
                at += name.length() + 1;
            }
            return names;
        }
    }

    /** The value of an attribute; empty when the file has none of that name. */
    public Optional<byte[]> get(String name) throws ErrnoException {
        try (var arena = Arena.ofConfined()) {
            var path = link(arena);
            var attribute = FileName.allocate(arena, name);
            var value = arena.allocate(USUAL_VALUE);
            long length = get(path, attribute, value);
            if (length == -Errno.ERANGE.number()) {
                value = arena.allocate(LARGEST_VALUE);
                length = get(path, attribute, value);
            }
            if (length == -Errno.ENODATA.number()) {
                return Optional.empty();
            }
            NativeCall.check(length, Syscall.GETXATTR, fd, name);
            return Optional.of(value.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE));
        }
    }

    /** Sets an attribute, new or not. */
    public void set(String name, byte[] value) throws ErrnoException {
        try (var arena = Arena.ofConfined()) {
            var bytes = arena.allocate(Math.max(1, value.length));
            bytes.copyFrom(MemorySegment.ofArray(value));
            long result =
                    NativeCall.of(
                            Syscall.SETXATTR,
                            link(arena).address(),
                            FileName.allocate(arena, name).address(),
                            bytes.address(),
                            value.length,
                            0);
            NativeCall.check(result, Syscall.SETXATTR, fd, name);
        }
    }

    /** Removes an attribute; ENODATA when there is none. */
    public void remove(String name) throws ErrnoException {
        try (var arena = Arena.ofConfined()) {
            long result =
                    NativeCall.of(
                            Syscall.REMOVEXATTR,
                            link(arena).address(),
                            FileName.allocate(arena, name).address());
            NativeCall.check(result, Syscall.REMOVEXATTR, fd, name);
        }
    }

    private static long list(MemorySegment path, MemorySegment target) {
        return NativeCall.of(
                Syscall.LISTXATTR, path.address(), target.address(), target.byteSize());
    }

    private static long get(MemorySegment path, MemorySegment attribute, MemorySegment target) {
        return NativeCall.of(
                Syscall.GETXATTR,
                path.address(),
                attribute.address(),
                target.address(),
                target.byteSize());
    }

    private MemorySegment link(Arena arena) throws ErrnoException {
        return FileName.allocate(arena, fd.procPath());
    }
}
