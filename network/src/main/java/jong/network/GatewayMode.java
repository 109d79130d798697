package jong.network;

/** How what is outside reaches the sandboxes of a network (Docker's {@code gateway_mode}). */
public enum GatewayMode {
    /** By published ports of the host; connections to the outside get the host's address. */
    NAT("nat"),
    /** The same, and by the sandboxes' own addresses at all ports. */
    NAT_UNPROTECTED("nat-unprotected"),
    /** By the sandboxes' own addresses at published ports; no address is rewritten. */
    ROUTED("routed"),
    /** Not at all, nor do sandboxes reach anything; the bridge has no address. */
    ISOLATED("isolated");

    private final String word;

    GatewayMode(String word) {
        this.word = word;
    }

    /**
     * The mode of one of Docker's words.
     *
     * @throws IllegalArgumentException for other words
     */
    public static GatewayMode of(String word) {
        for (GatewayMode mode : values()) {
            if (mode.word.equals(word)) {
                return mode;
            }
        }
        throw new IllegalArgumentException("unknown gateway mode " + word);
    }

    boolean isNat() {
        return this == NAT || this == NAT_UNPROTECTED;
    }

    @Override
    public String toString() {
        return word;
    }
}
