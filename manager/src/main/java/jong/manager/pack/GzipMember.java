package jong.manager.pack;

import java.io.IOException;
import java.io.OutputStream;
import java.util.zip.CRC32;
import jong.linux.codecs.RawDeflater;

/** A part of what is compressed, and what becomes of it: a gzip member of its own (RFC 1952). */
final class GzipMember {

    /** Larger ones would compress hardly better, smaller ones pay for their beginnings. */
    static final int BYTES = 512 * 1024;

    /** Deflate, no time, unknown system: nothing that differs from one run to the next. */
    private static final byte[] HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 0xff};

    private static final int TRAILER_BYTES = 8;

    private final byte[] content = new byte[BYTES];
    private final byte[] member =
            new byte[HEADER.length + RawDeflater.bound(BYTES) + TRAILER_BYTES];
    private int contentLength;
    private int memberLength;

    /** An empty one. */
    GzipMember() {
        System.arraycopy(HEADER, 0, member, 0, HEADER.length);
    }

    /** Takes as many of the bytes as there is room for; returns how many. */
    int add(byte[] bytes, int start, int count) {
        int taken = Math.min(count, BYTES - contentLength);
        System.arraycopy(bytes, start, content, contentLength, taken);
        contentLength += taken;
        return taken;
    }

    boolean isFull() {
        return contentLength == BYTES;
    }

    /** Makes the member. */
    GzipMember compress(RawDeflater deflater) {
        var checksum = new CRC32();
        checksum.update(content, 0, contentLength);
        memberLength =
                HEADER.length + deflater.deflate(content, contentLength, member, HEADER.length);
        number(checksum.getValue());
        number(contentLength);
        return this;
    }

    /** Writes the member that was made and is empty again. */
    void writeTo(OutputStream out) throws IOException {
        out.write(member, 0, memberLength);
        contentLength = 0;
    }

    private void number(long number) {
        for (int shift = 0; shift < 32; shift += 8) {
            member[memberLength++] = (byte) (number >>> shift);
        }
    }
}
