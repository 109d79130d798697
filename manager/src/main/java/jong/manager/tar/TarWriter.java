package jong.manager.tar;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URLEncoder;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import jong.linux.files.FileName;

/**
 * Writes a tar archive: ustar, with a PAX header for what ustar cannot hold. The same entries give
 * the same bytes.
 *
 * <p>Closing ends the archive and leaves the stream open. Used by one thread.
 */
public final class TarWriter implements AutoCloseable {

    private static final int MAX_OCTAL_7 = 07777777;
    private static final long MAX_OCTAL_11 = 077777777777L;

    /** Of the name that an extended header has itself, which nobody reads. */
    private static final int LONGEST_SHORT_NAME = 60;

    private static final long NANOS = 1_000_000_000L;

    private final OutputStream out;

    /** Writes to the stream, which stays the caller's and should be buffered. */
    public TarWriter(OutputStream out) {
        this.out = out;
    }

    /** Writes a file that has no data: anything but a regular file. */
    public void write(TarEntry entry) throws IOException {
        write(entry, InputStream.nullInputStream());
    }

    /**
     * Writes a file and its data. Chunks are ignored: a sparse file is written with its holes.
     *
     * @param content exactly {@link TarEntry#size} bytes
     * @throws IOException if there are fewer or more
     */
    public void write(TarEntry entry, InputStream content) throws IOException {
        Map<String, byte[]> pax = paxRecords(entry);
        if (!pax.isEmpty()) {
            byte[] records = encode(pax);
            if (records.length > TarReader.MAX_META_BYTES) {
                throw new TarException(
                        "%s needs an extended header of %d bytes, more than readers take"
                                .formatted(entry.name(), records.length));
            }
            writeHeader("PaxHeaders.0/" + shortName(entry.name()), 'x', entry, records.length);
            out.write(records);
            pad(records.length);
        }
        writeHeader(entry.name(), flag(entry.type()), entry, entry.size());
        long written = content.transferTo(out);
        if (written != entry.size()) {
            throw new IOException(
                    "archive/tar: "
                            + entry.name()
                            + " has "
                            + written
                            + " bytes, not "
                            + entry.size());
        }
        pad(written);
    }

    /** Writes the end of the archive. */
    @Override
    public void close() throws IOException {
        out.write(new byte[2 * Header.BLOCK]);
        out.flush();
    }

    private static Map<String, byte[]> paxRecords(TarEntry entry) throws IOException {
        Map<String, byte[]> pax = new TreeMap<>();
        byte[] name = FileName.encode(entry.name());
        byte[] link = FileName.encode(entry.linkName());
        putIf(pax, name.length > 100 || !isAscii(name), "path", name);
        putIf(pax, link.length > 100 || !isAscii(link), "linkpath", link);
        putIf(pax, entry.size() > MAX_OCTAL_11, "size", entry.size());
        putIf(pax, entry.uid() > MAX_OCTAL_7, "uid", entry.uid());
        putIf(pax, entry.gid() > MAX_OCTAL_7, "gid", entry.gid());
        long nanos = entry.modifiedNanos();
        if (nanos < 0 || nanos % NANOS != 0 || nanos / NANOS > MAX_OCTAL_11) {
            String time =
                    java.math.BigDecimal.valueOf(nanos, 9).stripTrailingZeros().toPlainString();
            pax.put("mtime", time.getBytes(US_ASCII));
        }
        for (Map.Entry<String, byte[]> attribute : entry.attributes().entrySet()) {
            putAttribute(pax, attribute.getKey(), attribute.getValue());
        }
        return pax;
    }

    /** A key of a PAX record has no equals sign and is UTF-8: libarchive has a form for others. */
    private static void putAttribute(Map<String, byte[]> pax, String name, byte[] value)
            throws IOException {
        byte[] bytes = FileName.encode(name);
        if (name.indexOf('=') < 0 && isAscii(bytes)) {
            pax.put(PaxRecords.XATTR + name, value);
        } else {
            String encoded = URLEncoder.encode(new String(bytes, ISO_8859_1), ISO_8859_1);
            pax.put(
                    PaxRecords.BASE64_XATTR + encoded.replace("+", "%20"),
                    Base64.getEncoder().withoutPadding().encode(value));
        }
    }

    private static void putIf(Map<String, byte[]> pax, boolean needed, String key, byte[] value) {
        if (needed) {
            pax.put(key, value);
        }
    }

    private static void putIf(Map<String, byte[]> pax, boolean needed, String key, long value) {
        putIf(pax, needed, key, Long.toString(value).getBytes(US_ASCII));
    }

    private static byte[] encode(Map<String, byte[]> pax) {
        var records = new ByteArrayOutputStream();
        pax.forEach((key, value) -> {
            byte[] name = key.getBytes(UTF_8);
            int bare = name.length + value.length + 3;
            int length = bare + Integer.toString(bare).length();
            length = bare + Integer.toString(length).length();
            records.writeBytes((length + " ").getBytes(US_ASCII));
            records.writeBytes(name);
            records.write('=');
            records.writeBytes(value);
            records.write('\n');
        });
        return records.toByteArray();
    }

    private void writeHeader(String name, char flag, TarEntry entry, long size) throws IOException {
        byte[] block = new byte[Header.BLOCK];
        text(block, 0, 100, FileName.encode(name));
        octal(block, 100, 8, entry.permissions());
        octal(block, 108, 8, Math.min(entry.uid(), MAX_OCTAL_7));
        octal(block, 116, 8, Math.min(entry.gid(), MAX_OCTAL_7));
        octal(block, 124, 12, Math.min(size, MAX_OCTAL_11));
        octal(block, 136, 12, Math.clamp(entry.modifiedNanos() / NANOS, 0, MAX_OCTAL_11));
        block[156] = (byte) flag;
        text(block, 157, 100, FileName.encode(flag == 'x' ? "" : entry.linkName()));
        text(block, 257, 8, "ustar\00000".getBytes(US_ASCII));
        octal(block, 329, 8, entry.deviceMajor());
        octal(block, 337, 8, entry.deviceMinor());
        java.util.Arrays.fill(block, 148, 156, (byte) ' ');
        int sum = 0;
        for (byte b : block) {
            sum += b & 0xff;
        }
        octal(block, 148, 7, sum);
        out.write(block);
    }

    private void pad(long size) throws IOException {
        out.write(new byte[(int) Math.floorMod(-size, (long) Header.BLOCK)]);
    }

    private static void text(byte[] block, int start, int length, byte[] text) {
        System.arraycopy(text, 0, block, start, Math.min(length, text.length));
    }

    private static void octal(byte[] block, int start, int length, long value) {
        String digits = Long.toOctalString(value);
        String filled = "0".repeat(Math.max(0, length - 1 - digits.length())) + digits;
        text(block, start, length - 1, filled.getBytes(US_ASCII));
        block[start + length - 1] = 0;
    }

    private static String shortName(String name) {
        String last = name.replaceAll("/+$", "").replaceAll(".*/", "");
        if (last.length() <= LONGEST_SHORT_NAME) {
            return last;
        }
        boolean inside = Character.isHighSurrogate(last.charAt(LONGEST_SHORT_NAME - 1));
        return last.substring(0, LONGEST_SHORT_NAME - (inside ? 1 : 0));
    }

    private static char flag(TarEntry.Type type) {
        return switch (type) {
            case FILE -> '0';
            case HARD_LINK -> '1';
            case SYMLINK -> '2';
            case CHARACTER_DEVICE -> '3';
            case BLOCK_DEVICE -> '4';
            case DIRECTORY -> '5';
            case FIFO -> '6';
        };
    }

    private static boolean isAscii(byte[] text) {
        for (byte b : text) {
            if (b < 0) {
                return false;
            }
        }
        return true;
    }
}
