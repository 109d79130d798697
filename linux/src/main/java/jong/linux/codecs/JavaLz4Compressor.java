package jong.linux.codecs;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Objects;

/** Greedily, with a table of where each hash was seen last: docs/decisions/0016. */
final class JavaLz4Compressor implements Lz4Compressor {

    private static final VarHandle INT =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final int HASH_BITS = 14;

    /** The nearest prime to 2^32 divided by the golden ratio. */
    private static final int HASH_FACTOR = (int) 2_654_435_761L;

    /** Tries without success after which the next ones are a byte further apart, as logarithm. */
    private static final int PATIENCE_BITS = 6;

    private static final int MIN_MATCH = 4;

    /**
     * The format's end rules: the last match begins before the last 12 bytes, and ends before 5.
     */
    private static final int LAST_MATCH_START = 12;

    private static final int LAST_LITERALS = 5;

    /** A length that has bytes of its own after the token. */
    private static final int LONG_LENGTH = 15;

    /** Places have 16 bits, as {@link #MAX_BYTES} says. */
    private final char[] table = new char[1 << HASH_BITS];

    private byte[] in = new byte[0];
    private byte[] out = new byte[0];
    private int limit;

    /** Where the literals begin that were not written yet. */
    private int anchor;

    /** Where the next byte goes. */
    private int end;

    @Override
    public String implementation() {
        return "jong 1"; // Another number for other blocks.
    }

    @Override
    public int compress(byte[] source, int length, byte[] target, int most) {
        Objects.checkFromIndexSize(0, length, Math.min(source.length, MAX_BYTES));
        Objects.checkFromIndexSize(0, most, target.length);
        in = source;
        out = target;
        limit = most;
        anchor = 0;
        end = 0;
        return matches(length) && lastLiterals(length) ? end : -1;
    }

    /** Writes a sequence for each match that is found; false if there is no more room. */
    private boolean matches(int length) {
        int lastStart = length - LAST_MATCH_START;
        if (lastStart <= 0) {
            return true;
        }
        Arrays.fill(table, (char) 0);
        for (int at = find(1, lastStart); at > 0; at = find(at, lastStart)) {
            int hash = hash((int) INT.get(in, at));
            int earlier = table[hash];
            table[hash] = (char) at;
            while (at > anchor && earlier > 0 && in[at - 1] == in[earlier - 1]) {
                at--;
                earlier--;
            }
            int matched = matched(at, earlier, length - LAST_LITERALS);
            if (!write(at, at - earlier, matched)) {
                return false;
            }
            at += matched;
            anchor = at;
            if (at < lastStart) {
                table[hash((int) INT.get(in, at - 2))] = (char) (at - 2);
            }
        }
        return true;
    }

    /**
     * The next place whose bytes were seen before, of which the table still has the earlier place;
     * 0 if there is none.
     */
    private int find(int from, int lastStart) {
        byte[] bytes = in;
        char[] places = table;
        int tries = 1 << PATIENCE_BITS;
        for (int at = from; at < lastStart; at += tries++ >>> PATIENCE_BITS) {
            int word = (int) INT.get(bytes, at);
            int hash = hash(word);
            int earlier = places[hash];
            if ((int) INT.get(bytes, earlier) == word && earlier < at) {
                return at;
            }
            places[hash] = (char) at;
        }
        return 0;
    }

    private static int hash(int word) {
        return (word * HASH_FACTOR) >>> (Integer.SIZE - HASH_BITS);
    }

    /** How many bytes are equal from two places on, before {@code stop}. */
    private int matched(int at, int earlier, int stop) {
        int i = MIN_MATCH;
        for (; at + i <= stop - Long.BYTES; i += Long.BYTES) {
            long differing = (long) LONG.get(in, at + i) ^ (long) LONG.get(in, earlier + i);
            if (differing != 0) {
                return i + (Long.numberOfTrailingZeros(differing) >>> 3);
            }
        }
        while (at + i < stop && in[at + i] == in[earlier + i]) {
            i++;
        }
        return i;
    }

    /** Writes the literals before a match, and the match. */
    private boolean write(int at, int distance, int matched) {
        int literals = at - anchor;
        int more = matched - MIN_MATCH;
        if (end + literals + literals / 255 + more / 255 + 5 > limit) {
            return false;
        }
        int token = end++;
        out[token] = (byte) (Math.min(literals, LONG_LENGTH) << 4 | Math.min(more, LONG_LENGTH));
        writeLength(literals);
        copy(literals);
        out[end++] = (byte) distance;
        out[end++] = (byte) (distance >>> 8);
        writeLength(more);
        return true;
    }

    private boolean lastLiterals(int length) {
        int literals = length - anchor;
        if (end + literals + literals / 255 + 2 > limit) {
            return false;
        }
        out[end++] = (byte) (Math.min(literals, LONG_LENGTH) << 4);
        writeLength(literals);
        copy(literals);
        return true;
    }

    /** Writes literals; most are few, and two words are copied faster than any number of bytes. */
    private void copy(int literals) {
        if (literals <= 16 && anchor + 16 <= in.length && end + 16 <= out.length) {
            LONG.set(out, end, (long) LONG.get(in, anchor));
            LONG.set(out, end + 8, (long) LONG.get(in, anchor + 8));
        } else {
            System.arraycopy(in, anchor, out, end, literals);
        }
        end += literals;
    }

    private void writeLength(int length) {
        if (length >= LONG_LENGTH) {
            int left = length - LONG_LENGTH;
            for (; left >= 255; left -= 255) {
                out[end++] = -1;
            }
            out[end++] = (byte) left;
        }
    }
}
