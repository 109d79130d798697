package jong.linux.netlink;

import java.util.Optional;
import jong.linux.messages.Message;

/**
 * A network interface.
 *
 * @param index its number in its namespace
 * @param name its name
 * @param kind such as {@code bridge} or {@code veth}; empty for hardware and lo
 * @param alias a text that somebody gave it; empty for none
 * @param address its Ethernet address, where it has one
 * @param mtu largest packet, bytes
 * @param up whether it is switched on
 * @param master index of the bridge it belongs to; 0 for none
 * @param peer index of the other end of a veth, in whichever namespace; 0 for none
 */
public record Link(
        int index,
        String name,
        String kind,
        String alias,
        Optional<MacAddress> address,
        int mtu,
        boolean up,
        int master,
        int peer) {
    private static final int FIXED_BYTES = 16; // struct ifinfomsg
    private static final int IFF_UP = 1;

    static Link read(Message message) {
        var attributes = message.attributes(FIXED_BYTES);
        return new Link(
                message.from(4).getInt(),
                attributes.text(LinkAttribute.IFNAME).orElse(""),
                attributes.nested(LinkAttribute.LINKINFO).text(LinkAttribute.INFO_KIND).orElse(""),
                attributes.text(LinkAttribute.ALIAS).orElse(""),
                attributes
                        .bytes(LinkAttribute.ADDRESS)
                        .filter(bytes -> bytes.length == 6)
                        .map(MacAddress::of),
                attributes.number(LinkAttribute.MTU).orElse(0),
                (message.from(8).getInt() & IFF_UP) != 0,
                attributes.number(LinkAttribute.MASTER).orElse(0),
                attributes.number(LinkAttribute.LINK).orElse(0));
    }
}
