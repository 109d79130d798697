package jong.linux.netlink;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import jong.linux.messages.Message;
import jong.linux.messages.MessageWriter;

/**
 * An address of an interface.
 *
 * @param link index of the interface; 0 where another argument tells it
 * @param address the address
 * @param prefixLength bits of its network
 */
public record InterfaceAddress(int link, InetAddress address, int prefixLength) {
    private static final int FIXED_BYTES = 8; // struct ifaddrmsg
    private static final int ADDRESS = 1;
    private static final int LOCAL = 2;
    private static final int BROADCAST = 4;
    private static final int NO_DUPLICATE_DETECTION = 0x02; // IFA_F_NODAD

    /** An address not yet on an interface. */
    public static InterfaceAddress of(InetAddress address, int prefixLength) {
        return new InterfaceAddress(0, address, prefixLength);
    }

    void write(MessageWriter message, int index) {
        // A sandbox's or bridge's address is nobody else's: it need not be looked for first, a
        // second
        // in which it could not be used.
        int flags = address instanceof Inet4Address ? 0 : NO_DUPLICATE_DETECTION;
        message.u8(RouteRequest.family(address)).u8(prefixLength).u8(flags).u8(0).u32(index);
        message.attribute(LOCAL, address.getAddress()).attribute(ADDRESS, address.getAddress());
        if (address instanceof Inet4Address && prefixLength < 31) {
            message.attribute(BROADCAST, broadcast());
        }
    }

    /** All host bits set, as {@code ip address add … brd +} does. */
    private byte[] broadcast() {
        var bytes = address.getAddress();
        for (int bit = prefixLength; bit < 32; bit++) {
            bytes[bit / 8] |= (byte) (0x80 >>> (bit % 8));
        }
        return bytes;
    }

    static InterfaceAddress read(Message message) {
        var attributes = message.attributes(FIXED_BYTES);
        // IFA_LOCAL is the interface's own; on point-to-point links IFA_ADDRESS is the peer's.
        var bytes = attributes.bytes(LOCAL).or(() -> attributes.bytes(ADDRESS)).orElseThrow();
        try {
            return new InterfaceAddress(
                    message.from(4).getInt(), InetAddress.getByAddress(bytes), message.u8(1));
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address of " + bytes.length + " bytes", e);
        }
    }

    @Override
    public String toString() {
        return address.getHostAddress() + "/" + prefixLength;
    }
}
