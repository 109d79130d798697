package jong.linux.netlink;

import static jong.linux.netlink.LinkAttribute.IFNAME;
import static jong.linux.netlink.LinkAttribute.INFO_DATA;
import static jong.linux.netlink.LinkAttribute.INFO_KIND;
import static jong.linux.netlink.LinkAttribute.INFO_SLAVE_DATA;
import static jong.linux.netlink.LinkAttribute.INFO_SLAVE_KIND;
import static jong.linux.netlink.LinkAttribute.LINK;
import static jong.linux.netlink.LinkAttribute.LINKINFO;
import static jong.linux.netlink.LinkAttribute.PORT_HAIRPIN;
import static jong.linux.netlink.LinkAttribute.PORT_ISOLATED;
import static jong.linux.netlink.LinkAttribute.VETH_PEER;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.function.Consumer;
import jong.linux.messages.MessageWriter;
import jong.linux.messages.NetlinkSocket;

/**
 * One change of interfaces, addresses, routes or neighbours, to be sent by {@link
 * RouteSocket#execute}.
 */
public final class RouteRequest {
    private static final int NEW_LINK = 16;
    private static final int DELETE_LINK = 17;
    private static final int NEW_ADDRESS = 20;
    private static final int DELETE_ADDRESS = 21;
    private static final int NEW_ROUTE = 24;
    private static final int DELETE_ROUTE = 25;
    private static final int NEW_NEIGHBOUR = 28;

    private static final int REPLACE = 0x100;
    private static final int EXCLUSIVE = 0x200;
    private static final int CREATE = 0x400;

    private static final int SCOPE_UNIVERSE = 0;
    private static final int SCOPE_LINK = 253;
    private static final int TABLE_MAIN = 254;
    private static final int PROTOCOL_BOOT = 3;
    private static final int UNICAST = 1;
    private static final int PERMANENT = 0x80;

    private final String name;
    private final int type;
    private final int flags;
    private final Consumer<MessageWriter> body;

    RouteRequest(String name, int type, int flags, Consumer<MessageWriter> body) {
        this.name = name;
        this.type = type;
        this.flags = NetlinkSocket.REQUEST | flags;
        this.body = body;
    }

    /** Makes a bridge; EEXIST when the name is taken. */
    public static RouteRequest createBridge(String name, LinkChange properties) {
        properties.name(name);
        return new RouteRequest(
                "create bridge " + name,
                NEW_LINK,
                CREATE | EXCLUSIVE,
                message -> {
                    properties.write(message, 0);
                    message.nested(LINKINFO, () -> message.attribute(INFO_KIND, "bridge"));
                });
    }

    /**
     * Makes a pair of connected interfaces, each end with all its properties in the same step,
     * namespace and bridge among them. The peer cannot be switched on yet (ENOTCONN).
     */
    public static RouteRequest createVeth(
            String name, LinkChange properties, String peerName, LinkChange peerProperties) {
        properties.name(name);
        peerProperties.name(peerName);
        return new RouteRequest(
                "create veth " + name,
                NEW_LINK,
                CREATE | EXCLUSIVE,
                message -> {
                    properties.write(message, 0);
                    message.nested(
                            LINKINFO,
                            () -> {
                                message.attribute(INFO_KIND, "veth");
                                message.nested(
                                        INFO_DATA,
                                        () ->
                                                message.nested(
                                                        VETH_PEER,
                                                        () -> peerProperties.write(message, 0)));
                            });
                });
    }

    /**
     * Makes an interface with an Ethernet address of its own on another one.
     *
     * @param parent index of the other one
     */
    public static RouteRequest createMacvlan(
            String name, int parent, MacvlanMode mode, LinkChange properties) {
        return onParent(
                name,
                parent,
                "macvlan",
                properties,
                message -> message.attribute32(1, mode.number()));
    }

    /**
     * Makes an interface that shares the Ethernet address of another one.
     *
     * @param parent index of the other one
     */
    public static RouteRequest createIpvlan(
            String name, int parent, IpvlanMode mode, IpvlanFlag flag, LinkChange properties) {
        return onParent(
                name,
                parent,
                "ipvlan",
                properties,
                message -> message.attribute16(1, mode.number()).attribute16(2, flag.number()));
    }

    /**
     * Makes an interface for one VLAN of another one.
     *
     * @param parent index of the other one
     * @param id the VLAN's number, 1–4094
     */
    public static RouteRequest createVlan(String name, int parent, int id, LinkChange properties) {
        return onParent(name, parent, "vlan", properties, message -> message.attribute16(1, id));
    }

    /** Makes an interface that drops what is sent to it. */
    public static RouteRequest createDummy(String name, LinkChange properties) {
        return onParent(name, 0, "dummy", properties, message -> {});
    }

    /** Makes an interface that brings in again what leaves by it, for {@link TrafficControl}. */
    public static RouteRequest createIfb(String name, LinkChange properties) {
        return onParent(name, 0, "ifb", properties, message -> {});
    }

    private static RouteRequest onParent(
            String name,
            int parent,
            String kind,
            LinkChange properties,
            Consumer<MessageWriter> data) {
        properties.name(name);
        return new RouteRequest(
                "create " + kind + " " + name,
                NEW_LINK,
                CREATE | EXCLUSIVE,
                message -> {
                    properties.write(message, 0);
                    if (parent != 0) {
                        message.attribute32(LINK, parent);
                    }
                    message.nested(
                            LINKINFO,
                            () -> {
                                message.attribute(INFO_KIND, kind);
                                message.nested(INFO_DATA, () -> data.accept(message));
                            });
                });
    }

    /** Changes an interface, found by its index. */
    public static RouteRequest change(int index, LinkChange properties) {
        return new RouteRequest(
                "change link " + index, NEW_LINK, 0, message -> properties.write(message, index));
    }

    /** Changes an interface, found by its name. */
    public static RouteRequest change(String name, LinkChange properties) {
        return new RouteRequest(
                "change link " + name,
                NEW_LINK,
                0,
                message -> {
                    properties.write(message, 0);
                    message.attribute(IFNAME, name);
                });
    }

    /**
     * Sets how a port of a bridge, found by its name, treats frames.
     *
     * @param hairpin whether a frame may leave by the port it came from
     * @param isolated whether frames between isolated ports are dropped
     */
    public static RouteRequest changePort(String name, boolean hairpin, boolean isolated) {
        return new RouteRequest(
                "change port " + name,
                NEW_LINK,
                0,
                message -> {
                    new LinkChange().write(message, 0);
                    message.attribute(IFNAME, name);
                    message.nested(
                            LINKINFO,
                            () -> {
                                message.attribute(INFO_SLAVE_KIND, "bridge");
                                message.nested(
                                        INFO_SLAVE_DATA,
                                        () ->
                                                message.attribute8(PORT_HAIRPIN, hairpin ? 1 : 0)
                                                        .attribute8(
                                                                PORT_ISOLATED, isolated ? 1 : 0));
                            });
                });
    }

    /** Deletes an interface; of a veth both ends. Takes 13 to 26 ms for a veth that was up. */
    public static RouteRequest deleteLink(String name) {
        return new RouteRequest(
                "delete link " + name,
                DELETE_LINK,
                0,
                message -> {
                    new LinkChange().write(message, 0);
                    message.attribute(IFNAME, name);
                });
    }

    /** Gives an interface an address; EEXIST when it has it. */
    public static RouteRequest addAddress(int link, InterfaceAddress address) {
        return new RouteRequest(
                "add address " + address,
                NEW_ADDRESS,
                CREATE | EXCLUSIVE,
                message -> address.write(message, link));
    }

    /** Takes an address away. */
    public static RouteRequest deleteAddress(int link, InterfaceAddress address) {
        return new RouteRequest(
                "delete address " + address,
                DELETE_ADDRESS,
                0,
                message -> address.write(message, link));
    }

    /** Adds a route; EEXIST when there is one to the same destination. */
    public static RouteRequest addRoute(Route route) {
        return new RouteRequest(
                "add route " + route,
                NEW_ROUTE,
                CREATE | EXCLUSIVE,
                message -> writeRoute(message, route));
    }

    /** Adds a route, in place of one to the same destination if there is one. */
    public static RouteRequest replaceRoute(Route route) {
        return new RouteRequest(
                "replace route " + route,
                NEW_ROUTE,
                CREATE | REPLACE,
                message -> writeRoute(message, route));
    }

    /** Removes a route. */
    public static RouteRequest deleteRoute(Route route) {
        return new RouteRequest(
                "delete route " + route, DELETE_ROUTE, 0, message -> writeRoute(message, route));
    }

    /** Says for good which Ethernet address an address of the link's network has. */
    public static RouteRequest setNeighbour(int link, InetAddress address, MacAddress mac) {
        return new RouteRequest(
                "set neighbour " + address.getHostAddress(),
                NEW_NEIGHBOUR,
                CREATE | REPLACE,
                message -> {
                    message.u32(family(address)).u32(link).u16(PERMANENT).u16(0);
                    message.attribute(1, address.getAddress()).attribute(2, mac.toBytes());
                });
    }

    /** What it does, for errors. */
    String name() {
        return name;
    }

    void write(MessageWriter message, int sequence) {
        message.begin(type, flags, sequence);
        body.accept(message);
    }

    static int family(InetAddress address) {
        return address instanceof Inet4Address ? 2 : 10; // AF_INET, AF_INET6
    }

    /** struct rtmsg and its attributes. */
    private static void writeRoute(MessageWriter message, Route route) {
        int scope = route.gateway().isPresent() ? SCOPE_UNIVERSE : SCOPE_LINK;
        message.u8(family(route.destination())).u8(route.prefixLength()).u8(0).u8(0);
        message.u8(TABLE_MAIN).u8(PROTOCOL_BOOT).u8(scope).u8(UNICAST).u32(0);
        if (route.prefixLength() > 0) {
            message.attribute(1, route.destination().getAddress()); // RTA_DST
        }
        route.gateway().ifPresent(gateway -> message.attribute(5, gateway.getAddress()));
        if (route.link() != 0) {
            message.attribute32(4, route.link()); // RTA_OIF
        }
    }
}
