package jong.linux.netlink;

/** How macvlan interfaces of one parent reach each other. */
public enum MacvlanMode {
    /** Not at all. */
    PRIVATE(1),
    /** By way of the switch that the parent is on. */
    VEPA(2),
    /** Directly. */
    BRIDGE(4),
    /** There is only one of them. */
    PASSTHRU(8);

    private final int number;

    MacvlanMode(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }
}
