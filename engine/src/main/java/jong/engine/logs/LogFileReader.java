package jong.engine.logs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Optional;

/**
 * One open file of a log; it stays the same file when it is renamed by a rotation.
 *
 * <p>Not safe for several threads.
 */
final class LogFileReader implements AutoCloseable {

    private static final int CHUNK = 256 << 10;

    private final FileChannel channel;
    private final Object key;
    private byte[] buffer = new byte[CHUNK];
    private int filled;
    private long position;

    private LogFileReader(FileChannel channel, Object key) {
        this.channel = channel;
        this.key = key;
    }

    /** Opens a file; empty if it is not there. */
    static Optional<LogFileReader> open(Path path) throws IOException {
        try {
            FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
            // Between open and here a rotation may have moved it; the next look finds that out.
            return Optional.of(new LogFileReader(channel, key(path)));
        } catch (java.nio.file.NoSuchFileException _) {
            return Optional.empty();
        }
    }

    /** What tells files apart, whatever they are called. */
    static Object key(Path path) throws IOException {
        Object key = Files.readAttributes(path, "fileKey").get("fileKey");
        return key == null ? path : key;
    }

    /** Whether the file at that path is this one. */
    boolean isAt(Path path) throws IOException {
        try {
            return key.equals(key(path));
        } catch (java.nio.file.NoSuchFileException _) {
            return false;
        }
    }

    /**
     * Goes to where the last {@code count} lines begin.
     *
     * @return how many lines there are from here to the end
     */
    long seekTail(long count) throws IOException {
        long end = channel.size();
        long lines = 0;
        byte[] chunk = new byte[CHUNK];
        long chunkEnd = end;
        while (chunkEnd > 0) {
            int size = (int) Math.min(CHUNK, chunkEnd);
            long chunkStart = chunkEnd - size;
            readFully(chunk, size, chunkStart);
            for (int i = size - 1; i >= 0; i--) {
                // The end of the line before: the wanted lines begin behind it.
                if (chunk[i] == '\n' && chunkStart + i + 1 < end) {
                    lines++;
                    if (lines == count) {
                        position = chunkStart + i + 1;
                        return lines;
                    }
                }
            }
            chunkEnd = chunkStart;
        }
        position = 0;
        return end > 0 ? lines + 1 : 0;
    }

    void seekEnd() throws IOException {
        position = channel.size();
    }

    /** Hands all whole lines up to the present end to the writer; an unfinished one stays. */
    boolean drain(LogWriter writer) throws IOException {
        boolean any = false;
        int read;
        while (!writer.past() && (read = fill()) > 0) {
            any = true;
            consume(writer, read);
        }
        return any;
    }

    private int fill() throws IOException {
        if (filled == buffer.length) {
            buffer = Arrays.copyOf(buffer, buffer.length * 2);
        }
        ByteBuffer target = ByteBuffer.wrap(buffer, filled, buffer.length - filled);
        int read = channel.read(target, position);
        if (read > 0) {
            position += read;
            filled += read;
        }
        return read;
    }

    private void consume(LogWriter writer, int fresh) throws IOException {
        int start = 0;
        for (int i = filled - fresh; i < filled; i++) {
            if (buffer[i] == '\n') {
                writer.add(buffer, start, i);
                start = i + 1;
            }
        }
        System.arraycopy(buffer, start, buffer, 0, filled - start);
        filled -= start;
    }

    private void readFully(byte[] chunk, int size, long from) throws IOException {
        ByteBuffer target = ByteBuffer.wrap(chunk, 0, size);
        while (target.hasRemaining() && channel.read(target, from + target.position()) > 0) {
            // The loop's condition does the work.
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
