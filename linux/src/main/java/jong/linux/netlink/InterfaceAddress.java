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

    /** An address not yet on an interface. */
    public static InterfaceAddress of(InetAddress address, int prefixLength) {
        return new InterfaceAddress(0, address, prefixLength);
    }

    void write(MessageWriter message, int index) {
        message.u8(RouteRequest.family(address)).u8(prefixLength).u8(0).u8(0).u32(index);
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
