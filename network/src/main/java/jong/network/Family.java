package jong.network;

import java.net.Inet6Address;
import java.net.InetAddress;

/** Families of addresses. */
public enum Family {
    /** Addresses of 32 bits. */
    IPV4("IPv4", 32, 1),
    /** Addresses of 128 bits. */
    IPV6("IPv6", 128, 58);

    private final String word;
    private final int bits;
    private final int icmp;

    Family(String word, int bits, int icmp) {
        this.word = word;
        this.bits = bits;
        this.icmp = icmp;
    }

    /** The family of an address. */
    public static Family of(InetAddress address) {
        return address instanceof Inet6Address ? IPV6 : IPV4;
    }

    /** IPv6 of IPv4, and the other way round. */
    Family other() {
        return this == IPV4 ? IPV6 : IPV4;
    }

    /** Bits of an address. */
    int bits() {
        return bits;
    }

    /** The address that stands for none, {@code 0.0.0.0} or {@code ::}. */
    InetAddress unspecified() {
        return Subnet.parseAddress(this == IPV6 ? "::" : "0.0.0.0");
    }

    /** The number of its control messages' protocol. */
    int icmp() {
        return icmp;
    }

    @Override
    public String toString() {
        return word;
    }
}
