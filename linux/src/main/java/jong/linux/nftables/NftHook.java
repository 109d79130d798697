package jong.linux.nftables;

/**
 * Where a base chain sees packets.
 *
 * @param type what it may do
 * @param point where on the packet's way
 * @param priority lower ones come first; filter is 0, destination NAT −100, source NAT 100, before
 *     connection tracking −300
 */
public record NftHook(Type type, Point point, int priority) {
    /** Chain types. */
    public enum Type {
        /** Accepts and drops. */
        FILTER("filter"),
        /** Sees the first packet of each connection, and rewrites addresses. */
        NAT("nat");

        private final String word;

        Type(String word) {
            this.word = word;
        }

        String word() {
            return word;
        }
    }

    /** Points on a packet's way, in the order of their numbers. */
    public enum Point {
        /** All that comes in, before routing. */
        PREROUTING(0),
        /** For this machine. */
        INPUT(1),
        /** From one interface to another. */
        FORWARD(2),
        /** From this machine. */
        OUTPUT(3),
        /** All that goes out, after routing. */
        POSTROUTING(4);

        private final int number;

        Point(int number) {
            this.number = number;
        }

        int number() {
            return number;
        }
    }
}
