package jong.linux.files;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import jong.linux.Errno;
import jong.linux.ErrnoException;
import jong.linux.calls.NativeCall;
import jong.linux.calls.Syscall;

/**
 * An open file descriptor. Its owner closes it, once no other thread uses it; using a closed one is
 * EBADF, never somebody else's file.
 */
public final class Fd implements AutoCloseable {
    private static final int AT_FDCWD = -100;
    private static final int AT_EMPTY_PATH = 0x1000;
    private static final int LONGEST_LINK = 4096;
    private static final int MOST_ATTEMPTS = 1000;
    private static final long UTIME_OMIT = (1L << 30) - 2;
    private static final VarHandle NUMBER;

    static {
        try {
            NUMBER = MethodHandles.lookup().findVarHandle(Fd.class, "number", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    @SuppressWarnings("unused") // Written through NUMBER.
    private volatile int number;

    private final String name;

    /**
     * Takes ownership of a descriptor that a system call gave.
     *
     * @param name what it leads to, for error messages
     */
    public Fd(int number, String name) {
        this.number = number;
        this.name = name;
    }

    /** Opens a path of this program's own choosing, relative to the working directory. */
    public static Fd open(Path path, OpenHow how) throws ErrnoException {
        return openAt(AT_FDCWD, path.toString(), how);
    }

    static Fd openAt(int directory, String path, OpenHow how) throws ErrnoException {
        try (var arena = Arena.ofConfined()) {
            var openHow = arena.allocate(24, 8);
            openHow.set(JAVA_LONG, 0, Integer.toUnsignedLong(how.flags()));
            openHow.set(JAVA_LONG, 8, how.mode());
            openHow.set(JAVA_LONG, 16, how.resolve());
            var name = FileName.allocate(arena, path);
            long result;
            int attempts = 0;
            do {
                result =
                        NativeCall.of(
                                Syscall.OPENAT2, directory, name.address(), openHow.address(), 24);
                // Something was renamed while a ".." of a confined path was resolved.
            } while (result == -Errno.EAGAIN.number() && ++attempts < MOST_ATTEMPTS);
            return new Fd((int) NativeCall.check(result, Syscall.OPENAT2, path), path);
        }
    }

    /** The number; EBADF's ErrnoException once closed. */
    public int number() throws ErrnoException {
        int current = number;
        if (current < 0) {
            throw new ErrnoException("fd", name, Errno.EBADF.number());
        }
        return current;
    }

    /** The magic link to the open file. */
    public String procPath() throws ErrnoException {
        return "/proc/self/fd/" + number();
    }

    /**
     * Reads into the buffer's remaining space.
     *
     * @return the number of bytes, 0 at the end of the file (or when nothing remains)
     */
    public int read(ByteBuffer buffer) throws ErrnoException {
        return transfer(Syscall.READ, buffer, 0);
    }

    /** Reads at an offset, without moving the descriptor's own; otherwise as {@link #read}. */
    public int readAt(ByteBuffer buffer, long offset) throws ErrnoException {
        return transfer(Syscall.PREAD64, buffer, offset);
    }

    /** Writes what it can of the buffer, at least one byte of a non-empty one. */
    public int write(ByteBuffer buffer) throws ErrnoException {
        return transfer(Syscall.WRITE, buffer, 0);
    }

    /** Writes the whole buffer. */
    public void writeFully(ByteBuffer buffer) throws ErrnoException {
        while (buffer.hasRemaining()) {
            write(buffer);
        }
    }

    /** Writes at an offset, without moving the descriptor's own; otherwise as {@link #write}. */
    public int writeAt(ByteBuffer buffer, long offset) throws ErrnoException {
        return transfer(Syscall.PWRITE64, buffer, offset);
    }

    /**
     * Reads into native memory.
     *
     * @return the number of bytes, 0 at the end of the file
     */
    public long read(MemorySegment target) throws ErrnoException {
        return segment(Syscall.READ, target);
    }

    /** Writes from native memory; returns how many bytes were taken. */
    public long write(MemorySegment source) throws ErrnoException {
        return segment(Syscall.WRITE, source);
    }

    /** What the file is. */
    public Stat stat() throws ErrnoException {
        return statAt(number(), "", AT_EMPTY_PATH, name);
    }

    static Stat statAt(int directory, String path, int flags, String shown) throws ErrnoException {
        try (var arena = Arena.ofConfined()) {
            var statx = arena.allocate(Stat.BYTES, 8);
            long result =
                    NativeCall.of(
                            Syscall.STATX,
                            directory,
                            FileName.allocate(arena, path).address(),
                            flags,
                            Stat.MASK,
                            statx.address());
            NativeCall.check(result, Syscall.STATX, shown);
            return Stat.read(statx);
        }
    }

    /** What a symlink says that was opened by {@link OpenHow#path}. */
    public String readSymlink() throws ErrnoException {
        try (var arena = Arena.ofConfined()) {
            var text = arena.allocate(LONGEST_LINK);
            long length =
                    NativeCall.of(
                            Syscall.READLINKAT,
                            number(),
                            FileName.allocate(arena, "").address(),
                            text.address(),
                            LONGEST_LINK);
            check(length, Syscall.READLINKAT);
            return FileName.decode(text.asSlice(0, length).toArray(JAVA_BYTE));
        }
    }

    /** The file system that the file is on. */
    public FileSystemStat fileSystem() throws ErrnoException {
        try (var arena = Arena.ofConfined()) {
            var statfs = arena.allocate(FileSystemStat.BYTES, 8);
            check(NativeCall.of(Syscall.FSTATFS, number(), statfs.address()), Syscall.FSTATFS);
            return FileSystemStat.read(statfs);
        }
    }

    /** Changes the owner; -1 leaves one as it is. Clears set-id bits of regular files. */
    public void changeOwner(int uid, int gid) throws ErrnoException {
        changeOwnerAt(number(), "", uid, gid, AT_EMPTY_PATH, name);
    }

    static void changeOwnerAt(int fd, String path, int uid, int gid, int flags, String shown)
            throws ErrnoException {
        try (var arena = Arena.ofConfined()) {
            var pathname = FileName.allocate(arena, path);
            long result = NativeCall.of(Syscall.FCHOWNAT, fd, pathname.address(), uid, gid, flags);
            NativeCall.check(result, Syscall.FCHOWNAT, shown, uid, gid);
        }
    }

    /** Sets the permission bits, the umask notwithstanding. Not for {@link OpenHow#path}. */
    public void changeMode(int permissions) throws ErrnoException {
        check(NativeCall.of(Syscall.FCHMOD, number(), permissions), Syscall.FCHMOD);
    }

    /** Sets both times, nanoseconds since the epoch. Not for {@link OpenHow#path}. */
    public void setTimes(long accessNanos, long modificationNanos) throws ErrnoException {
        try (var arena = Arena.ofConfined()) {
            var times = timespecs(arena, accessNanos, modificationNanos);
            check(
                    NativeCall.of(Syscall.UTIMENSAT, number(), 0, times.address(), 0),
                    Syscall.UTIMENSAT);
        }
    }

    /** Two timespecs; {@code Long.MIN_VALUE} stands for "as it is". */
    static MemorySegment timespecs(Arena arena, long... nanos) {
        var times = arena.allocate(32, 8);
        for (int i = 0; i < 2; i++) {
            boolean keep = nanos[i] == Long.MIN_VALUE;
            times.set(JAVA_LONG, i * 16L, keep ? 0 : Math.floorDiv(nanos[i], 1_000_000_000L));
            times.set(
                    JAVA_LONG,
                    i * 16L + 8,
                    keep ? UTIME_OMIT : Math.floorMod(nanos[i], 1_000_000_000L));
        }
        return times;
    }

    /** The file's extended attributes. */
    public ExtendedAttributes attributes() {
        return new ExtendedAttributes(this);
    }

    /** Returns once content and inode are on disk. Takes as long as the disk does. */
    public void sync() throws ErrnoException {
        check(NativeCall.of(Syscall.FSYNC, number()), Syscall.FSYNC);
    }

    /** Returns once the content, and what is needed to read it, is on disk. */
    public void syncData() throws ErrnoException {
        check(NativeCall.of(Syscall.FDATASYNC, number()), Syscall.FDATASYNC);
    }

    /** Returns once the whole file system is on disk. */
    public void syncFileSystem() throws ErrnoException {
        check(NativeCall.of(Syscall.SYNCFS, number()), Syscall.SYNCFS);
    }

    /** Sets the size, bytes. */
    public void truncate(long size) throws ErrnoException {
        check(NativeCall.of(Syscall.FTRUNCATE, number(), size), Syscall.FTRUNCATE);
    }

    /** Reserves disk space for bytes 0 to {@code size}, growing the file to it. */
    public void allocate(long size) throws ErrnoException {
        check(NativeCall.of(Syscall.FALLOCATE, number(), 0, 0, size), Syscall.FALLOCATE);
    }

    /** Closes the descriptor; again is nothing. An error of close(2) cannot be acted on. */
    @Override
    public void close() {
        int open = (int) NUMBER.getAndSet(this, -1);
        if (open >= 0) {
            NativeCall.of(Syscall.CLOSE, open);
        }
    }

    @Override
    public String toString() {
        return name;
    }

    /** Moves bytes between the file and a buffer; heap buffers go through native memory. */
    private int transfer(Syscall call, ByteBuffer buffer, long offset) throws ErrnoException {
        try (var arena = Arena.ofConfined()) {
            int length = buffer.remaining();
            var memory = MemorySegment.ofBuffer(buffer);
            var nativeMemory = memory.isNative() ? memory : arena.allocate(Math.max(1, length));
            boolean in = call == Syscall.READ || call == Syscall.PREAD64;
            if (!memory.isNative() && !in) {
                MemorySegment.copy(memory, 0, nativeMemory, 0, length);
            }
            int done =
                    (int)
                            check(
                                    NativeCall.of(
                                            call, number(), nativeMemory.address(), length, offset),
                                    call);
            if (!memory.isNative() && in) {
                MemorySegment.copy(nativeMemory, 0, memory, 0, done);
            }
            buffer.position(buffer.position() + done);
            return done;
        } finally {
            Reference.reachabilityFence(buffer);
        }
    }

    private long segment(Syscall call, MemorySegment memory) throws ErrnoException {
        if (!memory.isNative()) {
            throw new IllegalArgumentException("not native memory: " + memory);
        }
        try {
            return check(NativeCall.of(call, number(), memory.address(), memory.byteSize()), call);
        } finally {
            Reference.reachabilityFence(memory);
        }
    }

    private long check(long result, Syscall call) throws ErrnoException {
        return NativeCall.check(result, call, name);
    }
}
