package jong.linux.netlink;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import jong.linux.messages.Attributes;
import jong.linux.messages.Message;

/**
 * A route of the main table.
 *
 * @param destination the network's first address
 * @param prefixLength bits of the network; 0 for the default route
 * @param gateway the next router; empty for a network on the link itself
 * @param link index of the interface; 0 for whichever reaches the gateway
 */
public record Route(
        InetAddress destination, int prefixLength, Optional<InetAddress> gateway, int link) {
    private static final int FIXED_BYTES = 12; // struct rtmsg
    private static final int TABLE = 4;
    private static final int MAIN = 254;

    /** The route for everything of the gateway's family that no other route matches. */
    public static Route byDefault(InetAddress gateway, int link) {
        return new Route(unspecified(gateway.getAddress().length), 0, Optional.of(gateway), link);
    }

    /** The same by an interface behind which there is no gateway. */
    public static Route byDefault(boolean ipv6, int link) {
        return new Route(unspecified(ipv6 ? 16 : 4), 0, Optional.empty(), link);
    }

    static boolean isOfMainTable(Message message) {
        return message.u8(TABLE) == MAIN;
    }

    static Route read(Message message) {
        var attributes = message.attributes(FIXED_BYTES);
        int addressBytes = message.u8(0) == 2 ? 4 : 16;
        return new Route(
                address(attributes, 1).orElseGet(() -> unspecified(addressBytes)),
                message.u8(1),
                address(attributes, 5),
                attributes.number(4).orElse(0));
    }

    private static Optional<InetAddress> address(Attributes attributes, int type) {
        return attributes.bytes(type).map(Route::address);
    }

    private static InetAddress unspecified(int bytes) {
        return address(new byte[bytes]);
    }

    private static InetAddress address(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address of " + bytes.length + " bytes", e);
        }
    }

    @Override
    public String toString() {
        return destination.getHostAddress()
                + "/"
                + prefixLength
                + gateway.map(address -> " via " + address.getHostAddress()).orElse("");
    }
}
