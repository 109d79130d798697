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

/** Reads a directory with getdents64(2). */
final class DirectoryListing {
    private static final int BUFFER_BYTES = 32 * 1024;
    private static final int NAME = 19; // Offset of d_name in struct linux_dirent64.

    private DirectoryListing() {}

    /** All entries, read from the start. */
    static List<DirectoryEntry> of(Fd directory) throws ErrnoException {
        var entries = new ArrayList<DirectoryEntry>();
        try (var arena = Arena.ofConfined()) {
            var buffer = arena.allocate(BUFFER_BYTES, 8);
            NativeCall.check(
                    NativeCall.of(Syscall.LSEEK, directory.number(), 0, 0),
                    Syscall.LSEEK,
                    directory);
            long length;
            do {
                length =
                        NativeCall.of(
                                Syscall.GETDENTS64,
                                directory.number(),
                                buffer.address(),
                                BUFFER_BYTES);
                NativeCall.check(length, Syscall.GETDENTS64, directory);
                parse(buffer.asSlice(0, length), entries);
            } while (length > 0);
        }
        return entries;
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
