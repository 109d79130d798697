package jong.linux.netlink;

/** How ipvlan interfaces of one parent reach each other. */
public enum IpvlanFlag {
    /** Directly. */
    BRIDGE(0),
    /** Not at all. */
    PRIVATE(1),
    /** By way of the switch that the parent is on. */
    VEPA(2);

    private final int number;

    IpvlanFlag(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }
}
