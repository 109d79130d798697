package jong.runtime.plan;

import java.util.BitSet;
import jong.wire.status.StatusException.InvalidArgument;

/** Lists of CPUs or memory nodes as the kernel writes them, such as {@code 0-3,5}. */
final class BitList {

    /** What the native program takes, and more than any kernel is built for. */
    private static final int MOST = 8191;

    private BitList() {}

    /**
     * The list as a bit mask, lowest byte first.
     *
     * @throws InvalidArgument if it is none
     */
    static byte[] parse(String list) {
        var bits = new BitSet();
        for (String part : list.split(",", -1)) {
            String word = part.strip();
            if (!word.isEmpty()) {
                int dash = word.indexOf('-');
                int first = number(dash < 0 ? word : word.substring(0, dash), list);
                int last = dash < 0 ? first : number(word.substring(dash + 1), list);
                if (last < first) {
                    throw new InvalidArgument(
                            "invalid range \"" + word + "\" in set \"" + list + '"');
                }
                bits.set(first, last + 1);
            }
        }
        if (bits.isEmpty()) {
            throw new InvalidArgument("no members found in set \"" + list + '"');
        }
        return bits.toByteArray();
    }

    private static int number(String word, String list) {
        if (!word.matches("[0-9]{1,4}") || Integer.parseInt(word) > MOST) {
            throw new InvalidArgument("invalid number \"" + word + "\" in set \"" + list + '"');
        }
        return Integer.parseInt(word);
    }
}
