package jong.runtime.cli;

import java.util.List;
import java.util.Locale;
import jong.wire.status.StatusException.InvalidArgument;

/** Names of signals; their numbers are those of x86 and ARM (signal(7)). */
final class Signals {

    private static final int MOST = 64;

    /** By number, from 1. */
    private static final List<String> NAMES =
            List.of(
                    "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1",
                    "SEGV", "USR2", "PIPE", "ALRM", "TERM", "STKFLT", "CHLD", "CONT", "STOP",
                    "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF", "WINCH", "IO",
                    "PWR", "SYS");

    private Signals() {}

    /**
     * The number of a signal.
     *
     * @param word a name with or without {@code SIG}, in any case, or a number
     */
    static int number(String word) {
        int number = decimal(word);
        if (number >= 0 && number <= MOST) {
            return number;
        }
        String name = word.toUpperCase(Locale.ROOT);
        int index = NAMES.indexOf(name.startsWith("SIG") ? name.substring(3) : name);
        if (index < 0) {
            throw new InvalidArgument("unknown signal \"" + word + "\"");
        }
        return index + 1;
    }

    private static int decimal(String word) {
        try {
            return Integer.parseInt(word);
        } catch (NumberFormatException e) {
            return -1;
        }
    }
}
