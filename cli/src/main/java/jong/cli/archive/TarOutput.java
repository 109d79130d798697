package jong.cli.archive;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * Writes an archive: ustar, with a PAX header for what that cannot hold. The client has a writer of
 * its own because it knows nothing of the daemon's modules; it needs only what local files have.
 */
final class TarOutput {

    static final int BLOCK = 512;
    private static final int LONGEST_NAME = 100;
    private static final long LARGEST_ID = 07777777;
    private static final long LARGEST_SIZE = 077777777777L;

    private final OutputStream out;

    /** Writes to the stream, which should be buffered. */
    TarOutput(OutputStream out) {
        this.out = out;
    }

    /**
     * Writes a file.
     *
     * @param content at least as many bytes as the entry says; more are not read
     */
    void write(Entry entry, InputStream content) throws IOException {
        byte[] extended = extended(entry);
        if (extended.length > 0) {
            header(entry.withNames("PaxHeaders.0/entry", ""), 'x', extended.length);
            out.write(extended);
            pad(extended.length);
        }
        header(entry, entry.type(), entry.size());
        byte[] buffer = new byte[64 * 1024];
        for (long left = entry.size(); left > 0; ) {
            int n = content.read(buffer, 0, (int) Math.min(buffer.length, left));
            if (n < 0) {
                throw new IOException(entry.name() + " became shorter while it was read");
            }
            out.write(buffer, 0, n);
            left -= n;
        }
        pad(entry.size());
    }

    /** Ends the archive. */
    void finish() throws IOException {
        out.write(new byte[2 * BLOCK]);
        out.flush();
    }

    private static byte[] extended(Entry entry) {
        var records = new ByteArrayOutputStream();
        addUnlessFits(records, "path", entry.name());
        addUnlessFits(records, "linkpath", entry.link());
        if (entry.size() > LARGEST_SIZE) {
            add(records, "size", Long.toString(entry.size()));
        }
        if (entry.uid() > LARGEST_ID) {
            add(records, "uid", Long.toString(entry.uid()));
        }
        if (entry.gid() > LARGEST_ID) {
            add(records, "gid", Long.toString(entry.gid()));
        }
        if (entry.modified() < 0) {
            add(records, "mtime", Long.toString(entry.modified()));
        }
        return records.toByteArray();
    }

    private static void addUnlessFits(ByteArrayOutputStream records, String key, String text) {
        boolean ascii = text.chars().allMatch(c -> c < 0x80);
        if (!ascii || text.length() > LONGEST_NAME) {
            add(records, key, text);
        }
    }

    /** A record begins with its own length, in which that number counts too. */
    private static void add(ByteArrayOutputStream records, String key, String value) {
        byte[] body = (" " + key + "=" + value + "\n").getBytes(UTF_8);
        int length = body.length + Integer.toString(body.length).length();
        length = body.length + Integer.toString(length).length();
        records.writeBytes(Integer.toString(length).getBytes(US_ASCII));
        records.writeBytes(body);
    }

    private void header(Entry entry, char type, long size) throws IOException {
        byte[] block = new byte[BLOCK];
        text(block, 0, entry.name());
        octal(block, 100, 8, entry.mode());
        octal(block, 108, 8, Math.min(entry.uid(), LARGEST_ID));
        octal(block, 116, 8, Math.min(entry.gid(), LARGEST_ID));
        octal(block, 124, 12, Math.min(size, LARGEST_SIZE));
        octal(block, 136, 12, Math.max(0, entry.modified()));
        block[156] = (byte) type;
        text(block, 157, entry.link());
        octal(block, 329, 8, entry.device().major());
        octal(block, 337, 8, entry.device().minor());
        text(block, 257, "ustar\00000");
        java.util.Arrays.fill(block, 148, 156, (byte) ' ');
        int sum = 0;
        for (byte b : block) {
            sum += b & 0xff;
        }
        octal(block, 148, 7, sum);
        out.write(block);
    }

    private void pad(long size) throws IOException {
        out.write(new byte[(int) Math.floorMod(-size, (long) BLOCK)]);
    }

    private static void text(byte[] block, int start, String text) {
        byte[] bytes = text.getBytes(UTF_8);
        System.arraycopy(bytes, 0, block, start, Math.min(LONGEST_NAME, bytes.length));
    }

    private static void octal(byte[] block, int start, int length, long value) {
        String digits = Long.toOctalString(value);
        String filled = "0".repeat(Math.max(0, length - 1 - digits.length())) + digits;
        System.arraycopy(filled.getBytes(US_ASCII), 0, block, start, length - 1);
        block[start + length - 1] = 0;
    }
}
