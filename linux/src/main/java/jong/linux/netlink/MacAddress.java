package jong.linux.netlink;

import java.util.HexFormat;

/**
 * An Ethernet address.
 *
 * @param bits its 48 bits
 */
public record MacAddress(long bits) {
    private static final HexFormat COLONS = HexFormat.ofDelimiter(":");

    /** Checks the range. */
    public MacAddress {
        if (bits >>> 48 != 0) {
            throw new IllegalArgumentException("not 48 bits: " + Long.toHexString(bits));
        }
    }

    /** Reads {@code 02:42:ac:11:00:02}; IllegalArgumentException when it is not of that form. */
    public static MacAddress parse(String text) {
        return of(COLONS.parseHex(text));
    }

    /** From six bytes. */
    public static MacAddress of(byte[] bytes) {
        if (bytes.length != 6) {
            throw new IllegalArgumentException(
                    "not an Ethernet address: " + COLONS.formatHex(bytes));
        }
        long bits = 0;
        for (byte b : bytes) {
            bits = bits << 8 | (b & 0xff);
        }
        return new MacAddress(bits);
    }

    /** Six bytes. */
    public byte[] toBytes() {
        var bytes = new byte[6];
        for (int i = 0; i < 6; i++) {
            bytes[i] = (byte) (bits >>> (40 - 8 * i));
        }
        return bytes;
    }

    @Override
    public String toString() {
        return COLONS.formatHex(toBytes());
    }
}
