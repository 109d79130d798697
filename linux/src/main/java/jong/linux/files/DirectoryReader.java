package jong.linux.files;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import jong.linux.ErrnoException;
import jong.linux.calls.NativeCall;
import jong.linux.calls.Syscall;

/**
 * Reads the names of directories with getdents64(2), some at a time: a directory may have more than
 * fit in memory. Used by one thread.
 *
 * <pre>{@code
 * try (var reader = new DirectoryReader()) {
 *     for (var some = reader.next(d); !some.isEmpty(); some = reader.next(d)) {
 *         some.forEach(...); // may remove them, and may read other directories by this reader
 *     }
 * }
 * }</pre>
 */
public final class DirectoryReader implements AutoCloseable {

    /** Small, since a walk keeps what was read of all directories that it is in: 170 names. */
    private static final int BUFFER_BYTES = 4 * 1024;

    private static final int NAME = 19; // Offset of d_name in struct linux_dirent64.

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment buffer = arena.allocate(BUFFER_BYTES, 8);

    /** For the thread that calls this. */
    public DirectoryReader() {
        // Only the buffer is needed, and it is there.
    }

    /** Lets {@link #next} begin anew. */
    static void rewind(Fd directory) throws ErrnoException {
        NativeCall.check(
                NativeCall.of(Syscall.LSEEK, directory.number(), 0, 0), Syscall.LSEEK, directory);
    }

    /**
     * Names that follow those that were read of the open directory before, without "." and "..", in
     * the file system's order; none at the end.
     */
    public List<DirectoryEntry> next(Directory directory) throws ErrnoException {
        return next(directory.fd());
    }

    List<DirectoryEntry> next(Fd directory) throws ErrnoException {
        var entries = new ArrayList<DirectoryEntry>();
        long length;
        do {
            length =
                    NativeCall.of(
                            Syscall.GETDENTS64, directory.number(), buffer.address(), BUFFER_BYTES);
            NativeCall.check(length, Syscall.GETDENTS64, directory);
            parse(buffer.asSlice(0, length), entries);
        } while (length > 0 && entries.isEmpty());
        return entries;
    }

    @Override
    public void close() {
        arena.close();
    }

    private static void parse(MemorySegment records, List<DirectoryEntry> entries) {
        long at = 0;
        while (at < records.byteSize()) {
            int length = Short.toUnsignedInt(records.get(JAVA_SHORT_UNALIGNED, at + 16));
            var name = name(records.asSlice(at + NAME, length - NAME));
            if (!name.equals(".") && !name.equals("..")) {
                // DT_* are the type bits of a mode, shifted by 12.
                var type = FileType.of(records.get(JAVA_BYTE, at + 18) << 12);
                entries.add(new DirectoryEntry(name, records.get(JAVA_LONG, at), type));
            }
            at += length;
        }
    }

    private static String name(MemorySegment terminated) {
        long end = 0;
        while (terminated.get(JAVA_BYTE, end) != 0) {
            end++;
        }
        return FileName.decode(terminated.asSlice(0, end).toArray(JAVA_BYTE));
    }
}
