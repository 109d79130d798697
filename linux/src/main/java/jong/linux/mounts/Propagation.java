package jong.linux.mounts;

/** How mounts and unmounts below a mount travel to its peers (mount_namespaces(7)). */
public enum Propagation {
    /** Both ways. */
    SHARED(1 << 20),
    /** Not at all. */
    PRIVATE(1 << 18),
    /** From the peers to here only. */
    SLAVE(1 << 19),
    /** Not at all, and it cannot be bind-mounted. */
    UNBINDABLE(1 << 17);

    private final int bits;

    Propagation(int bits) {
        this.bits = bits;
    }

    int bits() {
        return bits;
    }
}
