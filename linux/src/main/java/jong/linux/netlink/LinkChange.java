package jong.linux.netlink;

import static jong.linux.netlink.LinkAttribute.ADDRESS;
import static jong.linux.netlink.LinkAttribute.ALIAS;
import static jong.linux.netlink.LinkAttribute.IFNAME;
import static jong.linux.netlink.LinkAttribute.MASTER;
import static jong.linux.netlink.LinkAttribute.MTU;
import static jong.linux.netlink.LinkAttribute.NET_NS_FD;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import jong.linux.ErrnoException;
import jong.linux.files.Fd;
import jong.linux.messages.MessageWriter;

/**
 * Properties of an interface to be set, when it is made or later; those not named stay as they are.
 * For one thread.
 */
public final class LinkChange {
    private static final int IFF_UP = 1;
    private static final int FAMILY_AND_TYPE = 0;

    private final List<Consumer<MessageWriter>> attributes = new ArrayList<>();
    private int flags;
    private int changedFlags;

    /** Nothing to change. */
    public LinkChange() {}

    /** Switches it on. */
    public LinkChange up() {
        flags |= IFF_UP;
        changedFlags |= IFF_UP;
        return this;
    }

    /** Switches it off. */
    public LinkChange down() {
        flags &= ~IFF_UP;
        changedFlags |= IFF_UP;
        return this;
    }

    /** Gives it a name, at most 15 bytes. */
    public LinkChange name(String name) {
        return with(message -> message.attribute(IFNAME, name));
    }

    /** Sets its largest packet, bytes; 0 leaves the kernel's own choice. */
    public LinkChange mtu(int bytes) {
        return bytes == 0 ? this : with(message -> message.attribute32(MTU, bytes));
    }

    /** Sets its Ethernet address. */
    public LinkChange address(MacAddress address) {
        return with(message -> message.attribute(ADDRESS, address.toBytes()));
    }

    /**
     * Gives it a text for people, at most 255 bytes. Not when it is made: the kernel ignores it.
     */
    public LinkChange alias(String text) {
        return with(message -> message.attribute(ALIAS, text));
    }

    /** Makes it a port of the bridge with this index; of none when 0. */
    public LinkChange master(int bridge) {
        return with(message -> message.attribute32(MASTER, bridge));
    }

    /** Moves it into a network namespace. */
    public LinkChange namespace(NetworkNamespace namespace) throws ErrnoException {
        Fd fd = namespace.fd();
        int number = fd.number();
        return with(message -> message.attribute32(NET_NS_FD, number));
    }

    private LinkChange with(Consumer<MessageWriter> attribute) {
        attributes.add(attribute);
        return this;
    }

    /** Writes struct ifinfomsg and the attributes. */
    void write(MessageWriter message, int index) {
        message.u32(FAMILY_AND_TYPE).u32(index).u32(flags).u32(changedFlags);
        attributes.forEach(attribute -> attribute.accept(message));
    }
}
