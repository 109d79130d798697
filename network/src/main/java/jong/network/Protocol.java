package jong.network;

/** Protocols whose ports can be published. */
public enum Protocol {
    /** Connections. */
    TCP(6),
    /** Datagrams. */
    UDP(17);

    private final int number;

    Protocol(int number) {
        this.number = number;
    }

    /** As the IP header has it. */
    int number() {
        return number;
    }

    /** {@code tcp} or {@code udp}. */
    @Override
    public String toString() {
        return this == TCP ? "tcp" : "udp";
    }
}
