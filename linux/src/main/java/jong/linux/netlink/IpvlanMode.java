package jong.linux.netlink;

/** At which layer an ipvlan interface is separated from its parent. */
public enum IpvlanMode {
    /** As on one Ethernet. */
    L2(0),
    /** Packets are routed, broadcasts do not pass. */
    L3(1),
    /** The same, and packets pass the packet filter of the parent's namespace. */
    L3S(2);

    private final int number;

    IpvlanMode(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }
}
