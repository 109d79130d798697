package jong.manager.tar;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/** An archive put together block by block, well formed or not. */
public final class TarBytes {

    private static final int BLOCK = 512;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    /** A header of mode 0644 and owner 0, with a right checksum, and its data. */
    public TarBytes entry(char type, String name, String link, byte[] data) {
        return entry(header(type, name, link, data.length), data);
    }

    /** A header as {@link #header} made it, and its data filled up to a block. */
    public TarBytes entry(byte[] header, byte[] data) {
        return raw(header).raw(data).raw(new byte[Math.floorMod(-data.length, BLOCK)]);
    }

    /** A regular file. */
    public TarBytes file(String name, String content) {
        return entry('0', name, "", content.getBytes(UTF_8));
    }

    /** A directory. */
    public TarBytes directory(String name) {
        return entry('5', name, "", new byte[0]);
    }

    /** A symbolic link. */
    public TarBytes symlink(String name, String target) {
        return entry('2', name, target, new byte[0]);
    }

    /** A hard link. */
    public TarBytes hardLink(String name, String target) {
        return entry('1', name, target, new byte[0]);
    }

    /** An extended header, {@code x} or {@code g}: keys and values in turn. */
    public TarBytes pax(char type, String... keysAndValues) {
        var records = new ByteArrayOutputStream();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            byte[] pair = (keysAndValues[i] + "=" + keysAndValues[i + 1]).getBytes(ISO_8859_1);
            int length = pair.length + 3;
            length = pair.length + 2 + Integer.toString(length).length();
            length = pair.length + 2 + Integer.toString(length).length();
            records.writeBytes((length + " ").getBytes(US_ASCII));
            records.writeBytes(pair);
            records.write('\n');
        }
        return entry(type, "pax", "", records.toByteArray());
    }

    /** Any bytes. */
    public TarBytes raw(byte[] block) {
        bytes.writeBytes(block);
        return this;
    }

    /** The archive with its end. */
    public byte[] end() {
        return raw(new byte[2 * BLOCK]).bytes();
    }

    /** The archive as far as it goes. */
    public byte[] bytes() {
        return bytes.toByteArray();
    }

    /** A ustar header. */
    public static byte[] header(char type, String name, String link, long size) {
        byte[] block = new byte[BLOCK];
        put(block, 0, name);
        put(block, 100, "0000644");
        put(block, 108, "0000000");
        put(block, 116, "0000000");
        put(block, 124, "%011o".formatted(size));
        put(block, 136, "00000000000");
        block[156] = (byte) type;
        put(block, 157, link);
        put(block, 257, "ustar");
        put(block, 263, "00");
        return sum(block);
    }

    /** Puts text, or bytes as Latin-1, into a header and mends its checksum. */
    public static byte[] with(byte[] header, int offset, String text) {
        byte[] changed = header.clone();
        put(changed, offset, text);
        return sum(changed);
    }

    private static byte[] sum(byte[] block) {
        Arrays.fill(block, 148, 156, (byte) ' ');
        int sum = 0;
        for (byte b : block) {
            sum += b & 0xff;
        }
        put(block, 148, "%06o\0 ".formatted(sum));
        return block;
    }

    private static void put(byte[] block, int offset, String text) {
        byte[] encoded = text.getBytes(ISO_8859_1);
        System.arraycopy(encoded, 0, block, offset, encoded.length);
    }
}
