package jong.linux.nftables;

/** Types of the fields of set keys and map data, with nft's numbers for them. */
public enum NftType {
    /** Four bytes. */
    IPV4_ADDRESS(7, 4),
    /** Sixteen bytes. */
    IPV6_ADDRESS(8, 16),
    /** A protocol's number. */
    PROTOCOL(12, 1),
    /** A port, high byte first. */
    PORT(13, 2),
    /** An interface's name, filled up with zeros. */
    INTERFACE_NAME(41, 16);

    /** Fields joined to a key begin at a multiple of this. */
    static final int ALIGNMENT = 4;

    private final int number;
    private final int bytes;

    NftType(int number, int bytes) {
        this.number = number;
        this.bytes = bytes;
    }

    int number() {
        return number;
    }

    int bytes() {
        return bytes;
    }

    /** What it takes in a key, which is a multiple of the alignment. */
    int alignedBytes() {
        return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }
}
