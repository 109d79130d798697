package jong.linux.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import jong.linux.Errno;
import jong.linux.ErrnoException;
import jong.linux.calls.NativeCall;
import jong.linux.calls.Syscall;

/**
 * Copies the content of a file: by sharing its blocks where the file system can, else inside the
 * kernel, else by hand. Holes stay holes.
 */
public final class FileCopy {

    private static final long FICLONE = 0x40049409;
    private static final int SEEK_DATA = 3;
    private static final int SEEK_HOLE = 4;
    private static final long MOST_AT_ONCE = 64L << 20;
    private static final int BUFFER_BYTES = 256 * 1024;

    private final Fd source;
    private final Fd target;
    private final Listener listener;

    private FileCopy(Fd source, Fd target, Listener listener) {
        this.source = source;
        this.target = target;
        this.listener = listener;
    }

    /** Hears how a copy goes on. */
    @FunctionalInterface
    public interface Listener {

        /** Hears nothing. */
        Listener NONE = _ -> {};

        /**
         * So many bytes more are there; what it throws ends the copy.
         *
         * @param bytes 64 MiB at most, holes not counted; of a file whose blocks are shared, all
         */
        void copied(long bytes) throws IOException;
    }

    /**
     * Copies a regular file into an empty one.
     *
     * @param source opened for reading
     * @param target opened for writing
     * @param size of the source, in bytes; what it grows by meanwhile is not copied
     */
    public static void copy(Fd source, Fd target, long size) throws IOException {
        copy(source, target, size, Listener.NONE);
    }

    /** As {@link #copy(Fd, Fd, long)}, telling how it goes on. */
    public static void copy(Fd source, Fd target, long size, Listener listener) throws IOException {
        new FileCopy(source, target, listener).copy(size);
    }

    private void copy(long size) throws IOException {
        if (size == 0) {
            return;
        }
        if (cloned()) {
            listener.copied(size);
            return;
        }
        target.truncate(size);
        for (long start = seek(source, 0, SEEK_DATA, size); start < size; ) {
            long end = Math.min(size, seek(source, start, SEEK_HOLE, size));
            copy(start, end);
            start = seek(source, end, SEEK_DATA, size);
        }
    }

    private boolean cloned() throws ErrnoException {
        return NativeCall.of(Syscall.IOCTL, target.number(), FICLONE, source.number()) >= 0;
    }

    /** Where data or a hole is next; {@code size} if there is no more. */
    private static long seek(Fd file, long from, int what, long size) throws ErrnoException {
        long found = NativeCall.of(Syscall.LSEEK, file.number(), from, what);
        if (found == -Errno.ENXIO.number()) {
            return size;
        }
        return NativeCall.check(found, Syscall.LSEEK, file, from);
    }

    private void copy(long start, long end) throws IOException {
        NativeCall.check(
                NativeCall.of(Syscall.LSEEK, source.number(), start, 0), Syscall.LSEEK, source);
        NativeCall.check(
                NativeCall.of(Syscall.LSEEK, target.number(), start, 0), Syscall.LSEEK, target);
        for (long at = start; at < end; ) {
            long done =
                    NativeCall.of(
                            Syscall.COPY_FILE_RANGE,
                            source.number(),
                            0,
                            target.number(),
                            0,
                            Math.min(end - at, MOST_AT_ONCE),
                            0);
            if (done < 0 && done != -Errno.ENOSPC.number() && done != -Errno.EDQUOT.number()) {
                copyByHand(end - at); // The two file systems cannot do it.
                return;
            }
            NativeCall.check(done, Syscall.COPY_FILE_RANGE, source, target);
            if (done == 0) {
                return; // It became shorter.
            }
            at += done;
            listener.copied(done);
        }
    }

    private void copyByHand(long count) throws IOException {
        var buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
        for (long left = count; left > 0; ) {
            buffer.clear().limit((int) Math.min(left, BUFFER_BYTES));
            int done = source.read(buffer);
            if (done == 0) {
                return;
            }
            target.writeFully(buffer.flip());
            left -= done;
            listener.copied(done);
        }
    }
}
