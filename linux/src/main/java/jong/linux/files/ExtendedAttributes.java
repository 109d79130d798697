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

    private final Fd fd;

    ExtendedAttributes(Fd fd) {
        this.fd = fd;
    }

    /** All names, with their prefix ({@code user.}, {@code security.}, {@code trusted.}). */
    public List<String> names() throws ErrnoException {
        try (var arena = Arena.ofConfined()) {
            var list = arena.allocate(LARGEST_VALUE);
            long length =
                    NativeCall.of(
                            Syscall.LISTXATTR,
                            link(arena).address(),
                            list.address(),
                            LARGEST_VALUE);
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
            var value = arena.allocate(LARGEST_VALUE);
            long length =
                    NativeCall.of(
                            Syscall.GETXATTR,
                            link(arena).address(),
                            FileName.allocate(arena, name).address(),
                            value.address(),
                            LARGEST_VALUE);
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

    private MemorySegment link(Arena arena) throws ErrnoException {
        return FileName.allocate(arena, fd.procPath());
    }
}
