package jong.cli.terminal;

import java.io.ByteArrayOutputStream;
import jong.cli.failure.CommandException;

/**
 * Finds the keys that detach from a container in what the user types. Keys that may become the
 * sequence are held back until it is clear that they are not. Used by one thread.
 */
public final class DetachKeys {

    private static final String DEFAULT = "ctrl-p,ctrl-q";
    private static final String CONTROL = "ctrl-";
    private static final String CONTROL_KEYS = "@abcdefghijklmnopqrstuvwxyz[\\]^_";

    private final byte[] sequence;
    private int matched;

    private DetachKeys(byte[] sequence) {
        this.sequence = sequence;
    }

    /**
     * Parses a list such as {@code ctrl-p,ctrl-q}; an empty one means that.
     *
     * @throws CommandException if a key is neither a character nor {@code ctrl-} and one
     */
    public static DetachKeys parse(String text) {
        var keys = new ByteArrayOutputStream();
        for (String key : (text.isEmpty() ? DEFAULT : text).split(",", -1)) {
            int control =
                    key.startsWith(CONTROL) && key.length() == CONTROL.length() + 1
                            ? CONTROL_KEYS.indexOf(Character.toLowerCase(key.charAt(5)))
                            : -1;
            if (control >= 0) {
                keys.write(control);
            } else if (key.length() == 1) {
                keys.write(key.charAt(0));
            } else {
                throw new CommandException(
                        "invalid detach keys (" + text + "): Unknown character: '" + key + "'");
            }
        }
        return new DetachKeys(keys.toByteArray());
    }

    /**
     * Filters what was typed.
     *
     * @param out gets what is to be sent
     * @return whether the sequence is complete
     */
    public boolean filter(byte[] typed, int length, ByteArrayOutputStream out) {
        for (int i = 0; i < length; i++) {
            if (typed[i] != sequence[matched] && matched > 0) {
                out.write(sequence, 0, matched);
                matched = 0;
            }
            if (typed[i] != sequence[matched]) {
                out.write(typed[i]);
            } else if (++matched == sequence.length) {
                return true;
            }
        }
        return false;
    }
}
