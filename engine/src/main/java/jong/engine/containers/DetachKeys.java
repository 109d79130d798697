package jong.engine.containers;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import jong.wire.status.StatusException.InvalidArgument;

/**
 * Finds the key sequence by which a client at a terminal detaches, in the bytes it sends.
 *
 * <p>Not safe for several threads. Bytes that may begin the sequence are held back until it is
 * clear that they do not.
 */
public final class DetachKeys {

    /** Docker's {@code ctrl-p,ctrl-q}. */
    public static final String DEFAULT = "ctrl-p,ctrl-q";

    private final byte[] sequence;
    private int matched;
    private boolean detached;

    /**
     * Reads docker's notation: single characters and {@code ctrl-x}, separated by commas.
     *
     * @param keys empty for the default ones
     * @throws InvalidArgument with docker's text
     */
    public DetachKeys(String keys) {
        this.sequence = parse(keys.isEmpty() ? DEFAULT : keys);
    }

    private static byte[] parse(String keys) {
        var bytes = new ByteArrayOutputStream();
        for (String key : keys.split(",", -1)) {
            if (key.length() == 1 && key.charAt(0) < 0x80) {
                bytes.write(key.charAt(0));
            } else if (key.length() == 6 && key.startsWith("ctrl-")) {
                bytes.write(control(keys, key.charAt(5)));
            } else {
                throw invalid(keys);
            }
        }
        return bytes.toByteArray();
    }

    private static int control(String keys, char key) {
        if (key >= 'a' && key <= 'z') {
            return key - 'a' + 1;
        }
        int other = "@[\\]^_".indexOf(key);
        if (other < 0) {
            throw invalid(keys);
        }
        return other == 0 ? 0 : 26 + other;
    }

    private static InvalidArgument invalid(String keys) {
        return new InvalidArgument("Invalid detach keys (" + keys + ") provided");
    }

    /** Whether the sequence was seen; what came after it is dropped. */
    public boolean detached() {
        return detached;
    }

    /** The bytes that go on to the process. */
    public byte[] filter(byte[] bytes, int length) {
        var out = new ByteArrayOutputStream(length + matched);
        for (int i = 0; i < length && !detached; i++) {
            accept(bytes[i], out);
        }
        return out.toByteArray();
    }

    private void accept(byte next, ByteArrayOutputStream out) {
        while (matched > 0 && sequence[matched] != next) {
            fallBack(out);
        }
        if (sequence[matched] == next) {
            matched++;
            detached = matched == sequence.length;
        } else {
            out.write(next);
        }
    }

    /** Lets the first held byte go, and as many more as are needed for the rest to match. */
    private void fallBack(ByteArrayOutputStream out) {
        int held = matched;
        for (int shift = 1; shift <= held; shift++) {
            if (Arrays.equals(sequence, shift, held, sequence, 0, held - shift)) {
                out.write(sequence, 0, shift);
                matched = held - shift;
                return;
            }
        }
    }
}
