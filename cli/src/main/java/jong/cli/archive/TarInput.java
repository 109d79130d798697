package jong.cli.archive;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the archives that daemons send: ustar with PAX headers, and long names of GNU tar. */
final class TarInput {

    private static final int LARGEST_HEADER = 1 << 20;

    private final InputStream in;
    private long remaining;
    private int padding;

    /** Reads from the stream, which should be buffered. */
    TarInput(InputStream in) {
        this.in = in;
    }

    /** The next file, or null at the end; what was not read of the one before is skipped. */
    @Nullable Entry next() throws IOException {
        Map<String, String> extended = new HashMap<>();
        while (true) {
            in.skipNBytes(remaining + padding);
            byte[] block = in.readNBytes(TarOutput.BLOCK);
            if (block.length == 0 || isZero(block)) {
                return null;
            }
            if (block.length < TarOutput.BLOCK) {
                throw new EOFException("unexpected EOF");
            }
            checkSum(block);
            startContent(number(block, 124, 12));
            switch (block[156]) {
                case 'x' -> extended.putAll(records(meta()));
                case 'L' -> extended.put("path", withoutNul(meta()));
                case 'K' -> extended.put("linkpath", withoutNul(meta()));
                case 'g' -> {}
                default -> {
                    return entry(block, extended);
                }
            }
        }
    }

    /** Reads content of the current file; -1 at its end. */
    int read(byte[] buffer) throws IOException {
        if (remaining == 0) {
            return -1;
        }
        int n = in.read(buffer, 0, (int) Math.min(buffer.length, remaining));
        if (n < 0) {
            throw new EOFException("unexpected EOF");
        }
        remaining -= n;
        return n;
    }

    private Entry entry(byte[] block, Map<String, String> extended) throws IOException {
        char type = block[156] == 0 || block[156] == '7' ? Entry.FILE : (char) block[156];
        long size = longOr(extended, "size", remaining);
        startContent(type == Entry.FILE ? size : 0);
        String prefix = isUstar(block) ? text(block, 345, 155) : "";
        String name = (prefix.isEmpty() ? "" : prefix + "/") + text(block, 0, 100);
        String modified = extended.getOrDefault("mtime", Long.toString(number(block, 136, 12)));
        return new Entry(
                extended.getOrDefault("path", name),
                type,
                (int) number(block, 100, 8) & 07777,
                longOr(extended, "uid", number(block, 108, 8)),
                longOr(extended, "gid", number(block, 116, 8)),
                remaining,
                new BigDecimal(modified).longValue(),
                extended.getOrDefault("linkpath", text(block, 157, 100)),
                type == Entry.CHARACTER || type == Entry.BLOCK
                        ? new Entry.Device(number(block, 329, 8), number(block, 337, 8))
                        : Entry.Device.NONE);
    }

    private void startContent(long size) throws IOException {
        if (size < 0) {
            throw new IOException("archive/tar: invalid tar header");
        }
        remaining = size;
        padding = (int) Math.floorMod(-size, (long) TarOutput.BLOCK);
    }

    private byte[] meta() throws IOException {
        if (remaining > LARGEST_HEADER) {
            throw new IOException("archive/tar: header of " + remaining + " bytes");
        }
        byte[] bytes = in.readNBytes((int) remaining);
        remaining = 0;
        return bytes;
    }

    private static Map<String, String> records(byte[] bytes) throws IOException {
        Map<String, String> records = new HashMap<>();
        for (int at = 0; at < bytes.length; ) {
            int blank = at;
            while (blank < bytes.length && bytes[blank] != ' ') {
                blank++;
            }
            int length = integer(new String(bytes, at, blank - at, UTF_8));
            if (length <= blank - at || at + length > bytes.length) {
                throw new IOException("archive/tar: invalid tar header");
            }
            var record = new String(bytes, blank + 1, at + length - blank - 2, UTF_8);
            int equals = record.indexOf('=');
            if (equals > 0) {
                records.put(record.substring(0, equals), record.substring(equals + 1));
            }
            at += length;
        }
        return records;
    }

    private static int integer(String text) throws IOException {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new IOException("archive/tar: invalid tar header", e);
        }
    }

    private static long longOr(Map<String, String> extended, String key, long otherwise)
            throws IOException {
        String text = extended.get(key);
        try {
            return text == null ? otherwise : Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new IOException("archive/tar: invalid tar header", e);
        }
    }

    /** Octal digits, or with the first bit set the bytes of a large number. */
    private static long number(byte[] block, int start, int length) throws IOException {
        if ((block[start] & 0x80) != 0) {
            long value = block[start] & 0x3f;
            for (int i = start + 1; i < start + length; i++) {
                value = (value << 8) | (block[i] & 0xff);
            }
            return value;
        }
        String digits = text(block, start, length).strip();
        try {
            return digits.isEmpty() ? 0 : Long.parseLong(digits, 8);
        } catch (NumberFormatException e) {
            throw new IOException("archive/tar: invalid tar header", e);
        }
    }

    private static void checkSum(byte[] block) throws IOException {
        long sum = 0;
        for (int i = 0; i < block.length; i++) {
            sum += i >= 148 && i < 156 ? ' ' : block[i] & 0xff;
        }
        if (sum != number(block, 148, 8)) {
            throw new IOException("archive/tar: invalid tar header");
        }
    }

    private static boolean isUstar(byte[] block) {
        return text(block, 257, 6).equals("ustar");
    }

    private static boolean isZero(byte[] block) {
        return Arrays.equals(block, new byte[block.length]);
    }

    private static String withoutNul(byte[] bytes) {
        return text(bytes, 0, bytes.length);
    }

    private static String text(byte[] block, int start, int length) {
        int end = start;
        while (end < start + length && block[end] != 0) {
            end++;
        }
        return new String(block, start, end - start, UTF_8);
    }
}
