package jong.network;

/** Protocols whose ports can be published. */
public enum Protocol {
    /** Connections. */
    TCP(6),
    /** Datagrams. */
    UDP(17),
    /** Associations (RFC 9260), where the kernel has them. */
    SCTP(132);

    private final int number;

    Protocol(int number) {
        this.number = number;
    }

    /** As the IP header has it. */
    int number() {
        return number;
    }

    /**
     * The protocol that is written so.
     *
     * @throws IllegalArgumentException for other words
     */
    public static Protocol of(String word) {
        return switch (word) {
            case "tcp" -> TCP;
            case "udp" -> UDP;
            case "sctp" -> SCTP;
            default -> throw new IllegalArgumentException("invalid proto: " + word);
        };
    }

    /** {@code tcp}, {@code udp} or {@code sctp}. */
    @Override
    public String toString() {
        return switch (this) {
            case TCP -> "tcp";
            case UDP -> "udp";
            case SCTP -> "sctp";
        };
    }
}
