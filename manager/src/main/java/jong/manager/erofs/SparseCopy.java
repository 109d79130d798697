package jong.manager.erofs;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import jong.manager.tar.TarEntry;

/** Writes the blocks of a sparse file that have data in them, with zeros around it. */
final class SparseCopy {

    private static final int BUFFER_BYTES = 64 * 1024;

    private final InputStream content;
    private final DataBlocks blocks;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int filled;

    SparseCopy(InputStream content, DataBlocks blocks) {
        this.content = content;
        this.blocks = blocks;
    }

    /** Copies all parts. */
    void run(List<TarEntry.Chunk> parts) throws IOException {
        long at = 0;
        for (TarEntry.Chunk part : parts) {
            if (part.length() == 0) {
                continue;
            }
            long first = part.offset() & -DataBlocks.SIZE.bytes();
            if (first > at) {
                add(DataBlocks.SIZE.align(at) - at, false);
                at = first;
            }
            add(part.offset() - at, false);
            add(part.length(), true);
            at = part.offset() + part.length();
        }
        add(DataBlocks.SIZE.align(at) - at, false);
        flush();
    }

    /** Adds so many bytes of the content, or zeros. */
    private void add(long count, boolean data) throws IOException {
        for (long left = count; left > 0; ) {
            if (filled == buffer.length) {
                flush();
            }
            int n = (int) Math.min(left, buffer.length - filled);
            if (!data) {
                Arrays.fill(buffer, filled, filled + n, (byte) 0);
            } else if (content.readNBytes(buffer, filled, n) < n) {
                throw new EOFException("unexpected EOF");
            }
            filled += n;
            left -= n;
        }
    }

    private void flush() throws IOException {
        blocks.append(buffer, filled);
        filled = 0;
    }
}
