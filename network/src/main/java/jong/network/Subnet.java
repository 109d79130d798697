package jong.network;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;

/**
 * An IPv4 network.
 *
 * @param network its first address
 * @param prefixLength bits that all its addresses share, 0–32
 */
public record Subnet(Inet4Address network, int prefixLength) {
    /** Clears the host bits. */
    public Subnet {
        if (prefixLength < 0 || prefixLength > 32) {
            throw new IllegalArgumentException("invalid prefix length: " + prefixLength);
        }
        network = address(bits(network) & mask(prefixLength));
    }

    /**
     * Reads {@code 172.17.0.0/16}.
     *
     * @throws IllegalArgumentException {@code invalid CIDR address: TEXT}
     */
    public static Subnet parse(String text) {
        int slash = text.indexOf('/');
        try {
            if (slash > 0) {
                int prefixLength = Integer.parseInt(text.substring(slash + 1));
                return new Subnet(parseAddress(text.substring(0, slash)), prefixLength);
            }
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("invalid CIDR address: " + text, e);
        }
        throw new IllegalArgumentException("invalid CIDR address: " + text);
    }

    /**
     * Reads an address of four decimal numbers, and nothing else: no name is looked up.
     *
     * @throws IllegalArgumentException when it is not one
     */
    public static Inet4Address parseAddress(String text) {
        if (!text.matches("\\d{1,3}(\\.\\d{1,3}){3}")) {
            throw new IllegalArgumentException("invalid IPv4 address: " + text);
        }
        int bits = 0;
        for (var part : text.split("\\.")) {
            int number = Integer.parseInt(part);
            if (number > 255) {
                throw new IllegalArgumentException("invalid IPv4 address: " + text);
            }
            bits = (bits << 8) | number;
        }
        return address(bits);
    }

    /** Whether an address is in it. */
    public boolean contains(Inet4Address address) {
        return (bits(address) & mask(prefixLength)) == bits(network);
    }

    /** Whether the two have an address in common. */
    public boolean overlaps(Subnet other) {
        return prefixLength <= other.prefixLength
                ? contains(other.network)
                : other.contains(network);
    }

    /** The address at an offset from the first. */
    public Inet4Address at(int offset) {
        return address(bits(network) + offset);
    }

    /** How far an address of the network is from the first. */
    public int offset(Inet4Address address) {
        return bits(address) - bits(network);
    }

    /** The number of addresses, the network's own and broadcast's included; at most 2³¹−1. */
    public int size() {
        return prefixLength == 0
                ? Integer.MAX_VALUE
                : (int) Math.min(1L << (32 - prefixLength), Integer.MAX_VALUE);
    }

    @Override
    public String toString() {
        return network.getHostAddress() + "/" + prefixLength;
    }

    private static int mask(int prefixLength) {
        return prefixLength == 0 ? 0 : -1 << (32 - prefixLength);
    }

    private static int bits(Inet4Address address) {
        return ByteBuffer.wrap(address.getAddress()).getInt();
    }

    private static Inet4Address address(int bits) {
        try {
            var bytes = ByteBuffer.allocate(4).putInt(bits).array();
            return (Inet4Address) InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e); // Four bytes are always an address.
        }
    }
}
