package jong.manager.pack;

import java.util.Arrays;
import java.util.zip.Deflater;

/** A part of a DEFLATE stream that can be compressed on its own. */
final class GzipBlock {

    /** What gzip, and dockerd, take unless told otherwise. */
    private static final int LEVEL = 6;

    private static final int WINDOW_BYTES = 32 * 1024;

    private final byte[] content;
    private final byte[] before;
    private final boolean last;

    /**
     * A block.
     *
     * @param before the block before it, empty if there is none
     * @param last whether the stream ends with it
     */
    GzipBlock(byte[] content, byte[] before, boolean last) {
        this.content = content;
        this.before = before;
        this.last = last;
    }

    /** Its compressed form, which ends at a byte, so that the next one can follow it. */
    byte[] compressed() {
        byte[] out = new byte[content.length / 2 + 1024];
        int length = 0;
        try (var deflater = new Deflater(LEVEL, true)) {
            int window = Math.min(before.length, WINDOW_BYTES);
            deflater.setDictionary(before, before.length - window, window);
            deflater.setInput(content);
            if (last) {
                deflater.finish();
            }
            boolean more = true;
            while (more) {
                int room = out.length - length;
                int count = deflater.deflate(out, length, room, Deflater.SYNC_FLUSH);
                length += count;
                more = last ? !deflater.finished() : count == room;
                if (more) {
                    out = Arrays.copyOf(out, out.length * 2);
                }
            }
        }
        return Arrays.copyOf(out, length);
    }
}
