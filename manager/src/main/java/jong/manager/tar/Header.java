package jong.manager.tar;

import java.util.Arrays;
import jong.linux.files.FileName;

/** One block of a tar archive as a header: fields of v7, ustar and GNU tar (tar(5)). */
final class Header {

    static final int BLOCK = 512;

    /** Far more than any file system takes, and far from overflow. */
    private static final long MAX_SIZE = 1L << 60;

    private static final int CHECKSUM_START = 148;
    private static final int CHECKSUM_END = 156;
    private static final int SPARSE_IN_HEADER = 386;

    private final byte[] block;

    /** Checks the block's sum. */
    Header(byte[] block) throws TarException {
        this.block = block;
        long sum = number(CHECKSUM_START, 8);
        if (sum != sum(false) && sum != sum(true)) {
            throw new TarException("invalid tar header");
        }
    }

    /** Whether a block has nothing but zeros, as two at the end of an archive do. */
    static boolean isZero(byte[] block) {
        for (byte b : block) {
            if (b != 0) {
                return false;
            }
        }
        return true;
    }

    char type() {
        return (char) (block[156] & 0xff);
    }

    String name() {
        String name = text(0, 100);
        String prefix = isUstar() ? text(345, 155) : "";
        return prefix.isEmpty() ? name : prefix + "/" + name;
    }

    String linkName() {
        return text(157, 100);
    }

    int permissions() throws TarException {
        return (int) (number(100, 8) & 07777);
    }

    long uid() throws TarException {
        return number(108, 8);
    }

    long gid() throws TarException {
        return number(116, 8);
    }

    /** Bytes of data that follow. */
    long size() throws TarException {
        long size = number(124, 12);
        if (size < 0 || size > MAX_SIZE) {
            throw new TarException("invalid tar header: size " + size);
        }
        return size;
    }

    long modifiedSeconds() throws TarException {
        return number(136, 12);
    }

    int deviceMajor() throws TarException {
        return device(number(329, 8));
    }

    int deviceMinor() throws TarException {
        return device(number(337, 8));
    }

    /** The length of an old GNU sparse file, holes included. */
    long realSize() throws TarException {
        return number(483, 12);
    }

    /** Where the four chunks of an old GNU sparse header begin. */
    static int sparseInHeader() {
        return SPARSE_IN_HEADER;
    }

    /** Whether blocks with more chunks follow an old GNU sparse header. */
    boolean sparseGoesOn() {
        return block[482] != 0;
    }

    /** The number at a place of this block: octal text, or base 256 if the first bit is set. */
    long number(int start, int length) throws TarException {
        return number(block, start, length);
    }

    static long number(byte[] block, int start, int length) throws TarException {
        return (block[start] & 0x80) != 0
                ? binary(block, start, length)
                : octal(block, start, length);
    }

    private static long binary(byte[] block, int start, int length) throws TarException {
        long value = (block[start] & 0x40) != 0 ? -1 : 0;
        for (int i = 0; i < length; i++) {
            int bits = i == 0 ? block[start] << 26 >> 26 : block[start + i] & 0xff;
            if (i > 0 && value != value << 8 >> 8) {
                throw new TarException("invalid tar header: number out of range");
            }
            value = i == 0 ? bits : value << 8 | bits;
        }
        return value;
    }

    private static long octal(byte[] block, int start, int length) throws TarException {
        String text =
                new String(block, start, length, java.nio.charset.StandardCharsets.ISO_8859_1);
        String digits = text.replace('\0', ' ').strip();
        if (digits.isEmpty()) {
            return 0;
        }
        try {
            return Long.parseUnsignedLong(digits, 8);
        } catch (NumberFormatException _) {
            throw new TarException("invalid tar header");
        }
    }

    private boolean isUstar() {
        return block[257] == 'u' && block[261] == 'r' && block[262] == 0;
    }

    private String text(int start, int length) {
        int end = start;
        while (end < start + length && block[end] != 0) {
            end++;
        }
        return FileName.decode(Arrays.copyOfRange(block, start, end));
    }

    private static int device(long number) throws TarException {
        if (number < 0 || number >= 1 << 20) {
            throw new TarException("invalid tar header: device number " + number);
        }
        return (int) number;
    }

    /** Old tars summed signed bytes. */
    private long sum(boolean signed) {
        long sum = 0;
        for (int i = 0; i < BLOCK; i++) {
            int b = i >= CHECKSUM_START && i < CHECKSUM_END ? ' ' : block[i];
            sum += signed ? b : b & 0xff;
        }
        return sum;
    }
}
