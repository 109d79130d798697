package jong.network;

/**
 * Writes IPv6 addresses as RFC 5952 has them: without leading zeros, the longest run of zeros (the
 * first of equal ones, of two groups at least) as {@code ::}. The JDK writes all eight groups.
 */
final class Ipv6Text {
    private static final int GROUPS = 8;

    private Ipv6Text() {}

    static String of(byte[] address) {
        var groups = new int[GROUPS];
        for (int i = 0; i < GROUPS; i++) {
            groups[i] = (address[2 * i] & 0xff) << 8 | (address[2 * i + 1] & 0xff);
        }
        int longest = 0;
        int start = -1;
        for (int i = 0; i < GROUPS; i++) {
            int length = zeros(groups, i);
            if (length > longest) {
                longest = length;
                start = i;
            }
        }
        if (longest < 2) {
            return join(groups, 0, GROUPS);
        }
        return join(groups, 0, start) + "::" + join(groups, start + longest, GROUPS);
    }

    private static int zeros(int[] groups, int from) {
        int end = from;
        while (end < GROUPS && groups[end] == 0) {
            end++;
        }
        return end - from;
    }

    private static String join(int[] groups, int from, int to) {
        var text = new StringBuilder();
        for (int i = from; i < to; i++) {
            text.append(i == from ? "" : ":").append(Integer.toHexString(groups[i]));
        }
        return text.toString();
    }
}
