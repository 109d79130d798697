package jong.linux.netlink;

/** IFLA_* of include/uapi/linux/if_link.h. */
final class LinkAttribute {
    static final int ADDRESS = 1;
    static final int IFNAME = 3;
    static final int MTU = 4;
    static final int LINK = 5;
    static final int MASTER = 10;
    static final int LINKINFO = 18;
    static final int ALIAS = 20;
    static final int NET_NS_FD = 28;
    static final int INFO_KIND = 1;
    static final int INFO_DATA = 2;
    static final int INFO_SLAVE_KIND = 4;
    static final int INFO_SLAVE_DATA = 5;
    static final int VETH_PEER = 1;
    static final int PORT_HAIRPIN = 4;
    static final int PORT_ISOLATED = 33;

    private LinkAttribute() {}
}
