package jong.registry.hosts;

import java.net.InetAddress;

/**
 * A network such as {@code 10.0.0.0/8}.
 *
 * @param prefix its address
 * @param bits how many bits of that count
 */
public record Network(InetAddress prefix, int bits) {

    /**
     * Parses the usual notation.
     *
     * @throws IllegalArgumentException {@code invalid CIDR address: …}
     */
    public static Network parse(String text) {
        int slash = text.indexOf('/');
        try {
            InetAddress prefix = InetAddress.ofLiteral(text.substring(0, slash));
            int bits = Integer.parseInt(text.substring(slash + 1));
            if (bits >= 0 && bits <= prefix.getAddress().length * 8) {
                return new Network(prefix, bits);
            }
        } catch (IllegalArgumentException | StringIndexOutOfBoundsException _) {
            // The same error for all.
        }
        throw new IllegalArgumentException("invalid CIDR address: " + text);
    }

    /** Whether an address lies in the network. */
    public boolean contains(InetAddress address) {
        byte[] wanted = prefix.getAddress();
        byte[] actual = address.getAddress();
        if (wanted.length != actual.length) {
            return false;
        }
        for (int bit = 0; bit < bits; bit++) {
            int mask = 0x80 >> (bit % 8);
            if ((actual[bit / 8] & mask) != (wanted[bit / 8] & mask)) {
                return false;
            }
        }
        return true;
    }
}
