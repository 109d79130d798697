package jong.network;

import java.math.BigInteger;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/**
 * A network of IPv4 or IPv6 addresses.
 *
 * @param network its first address
 * @param prefixLength bits that all its addresses share, 0–32 or 0–128
 */
public record Subnet(InetAddress network, int prefixLength) {
    private static final BigInteger MOST = BigInteger.valueOf(Long.MAX_VALUE);

    /** Clears the host bits. */
    public Subnet {
        if (prefixLength < 0 || prefixLength > Family.of(network).bits()) {
            throw new IllegalArgumentException("invalid prefix length: " + prefixLength);
        }
        byte[] bytes = network.getAddress();
        for (int bit = prefixLength; bit < 8 * bytes.length; bit++) {
            bytes[bit / 8] &= (byte) ~(0x80 >>> (bit % 8));
        }
        network = address(bytes);
    }

    /**
     * Reads {@code 172.17.0.0/16} or {@code fd00::/64}.
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
     * Reads an address: four decimal numbers, or IPv6 without a zone. No name is looked up.
     *
     * @throws IllegalArgumentException when it is neither
     */
    public static InetAddress parseAddress(String text) {
        return text.contains(":") ? parseIpv6(text) : parseIpv4(text);
    }

    /**
     * Reads an address of four decimal numbers, and nothing else.
     *
     * @throws IllegalArgumentException when it is not one
     */
    public static Inet4Address parseIpv4(String text) {
        if (!text.matches("\\d{1,3}(\\.\\d{1,3}){3}")) {
            throw new IllegalArgumentException("invalid IPv4 address: " + text);
        }
        var bytes = new byte[4];
        String[] parts = text.split("\\.");
        for (int i = 0; i < bytes.length; i++) {
            int number = Integer.parseInt(parts[i]);
            if (number > 255) {
                throw new IllegalArgumentException("invalid IPv4 address: " + text);
            }
            bytes[i] = (byte) number;
        }
        return (Inet4Address) address(bytes);
    }

    private static InetAddress parseIpv6(String text) {
        try {
            if (text.matches("[0-9A-Fa-f:.]+")
                    && InetAddress.ofLiteral(text) instanceof Inet6Address address) {
                return address;
            }
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("invalid IPv6 address: " + text, e);
        }
        throw new IllegalArgumentException("invalid IPv6 address: " + text);
    }

    /** What addresses these are. */
    public Family family() {
        return Family.of(network);
    }

    /** Whether an address is in it; one of the other family is not. */
    public boolean contains(InetAddress address) {
        return Family.of(address) == family()
                && new Subnet(address, prefixLength).network.equals(network);
    }

    /** Whether the two have an address in common. */
    public boolean overlaps(Subnet other) {
        return prefixLength <= other.prefixLength
                ? contains(other.network)
                : other.contains(network);
    }

    /** The address at an offset from the first. */
    public InetAddress at(long offset) {
        return at(BigInteger.valueOf(offset));
    }

    /** The last address, which for IPv4 is the broadcast address. */
    public InetAddress last() {
        return at(count().subtract(BigInteger.ONE));
    }

    /** The address behind the last; empty at the end of all addresses. */
    public Optional<InetAddress> following() {
        BigInteger next = number(network).add(count());
        return next.bitLength() > family().bits() ? Optional.empty() : Optional.of(at(count()));
    }

    /** How far an address of the network is from the first; at most 2⁶³−1. */
    public long offset(InetAddress address) {
        return number(address).subtract(number(network)).min(MOST).longValueExact();
    }

    /** The number of addresses, the first and last included; at most 2⁶³−1. */
    public long size() {
        return count().min(MOST).longValueExact();
    }

    @Override
    public String toString() {
        return text(network) + "/" + prefixLength;
    }

    /** An address as RFC 5952 writes it, {@code fd00::1}, as Docker shows it. */
    public static String text(InetAddress address) {
        return address instanceof Inet6Address
                ? Ipv6Text.of(address.getAddress())
                : address.getHostAddress();
    }

    private BigInteger count() {
        return BigInteger.ONE.shiftLeft(family().bits() - prefixLength);
    }

    private InetAddress at(BigInteger offset) {
        byte[] sum = number(network).add(offset).toByteArray();
        var bytes = new byte[family().bits() / 8];
        int length = Math.min(sum.length, bytes.length); // A sign byte may stand in front.
        System.arraycopy(sum, sum.length - length, bytes, bytes.length - length, length);
        return address(bytes);
    }

    private static BigInteger number(InetAddress address) {
        return new BigInteger(1, address.getAddress());
    }

    private static InetAddress address(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e); // Four or sixteen bytes are always an address.
        }
    }
}
