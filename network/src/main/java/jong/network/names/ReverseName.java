package jong.network.names;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;

/** Addresses as names, backwards (RFC 1035 section 3.5, RFC 3596 section 2.5). */
final class ReverseName {
    private static final String IPV4 = ".in-addr.arpa";
    private static final String IPV6 = ".ip6.arpa";
    private static final int IPV4_LABELS = 4;
    private static final int IPV6_LABELS = 32;

    private ReverseName() {}

    /** The address that a name stands for; empty for any other name, and for that of a network. */
    static Optional<InetAddress> address(String name) {
        if (name.endsWith(IPV4)) {
            return bytes(name, IPV4, IPV4_LABELS, 10).flatMap(ReverseName::address);
        }
        if (name.endsWith(IPV6)) {
            return bytes(name, IPV6, IPV6_LABELS, 16)
                    .map(ReverseName::joined)
                    .flatMap(ReverseName::address);
        }
        return Optional.empty();
    }

    private static Optional<int[]> bytes(String name, String zone, int count, int radix) {
        var labels =
                List.of(name.substring(0, name.length() - zone.length()).split("\\.", -1))
                        .reversed();
        int most = radix == 10 ? 3 : 1;
        if (labels.size() != count
                || !labels.stream().allMatch(one -> isNumber(one, most, radix))) {
            return Optional.empty();
        }
        return Optional.of(labels.stream().mapToInt(one -> Integer.parseInt(one, radix)).toArray());
    }

    private static boolean isNumber(String label, int most, int radix) {
        return !label.isEmpty()
                && label.length() <= most
                && label.chars().allMatch(character -> Character.digit(character, radix) >= 0)
                && Integer.parseInt(label, radix) <= 255;
    }

    /** Two halves make a byte. */
    private static int[] joined(int[] halves) {
        var bytes = new int[halves.length / 2];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (halves[2 * i] << 4) | halves[2 * i + 1];
        }
        return bytes;
    }

    private static Optional<InetAddress> address(int[] numbers) {
        var bytes = new byte[numbers.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) numbers[i];
        }
        try {
            return Optional.of(InetAddress.getByAddress(bytes));
        } catch (UnknownHostException e) {
            throw new IllegalStateException("address of " + bytes.length + " bytes", e);
        }
    }
}
