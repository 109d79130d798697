package jong.engine.containers;

import java.util.Locale;
import java.util.Map;
import jong.wire.status.StatusException.InvalidArgument;

/** Signals by the names and numbers that users write. */
final class Signals {

    static final int KILL = 9;
    static final int TERM = 15;
    private static final int RTMIN = 34;
    private static final int RTMAX = 64;

    private static final Map<String, Integer> NUMBERS =
            Map.ofEntries(
                    Map.entry("HUP", 1),
                    Map.entry("INT", 2),
                    Map.entry("QUIT", 3),
                    Map.entry("ILL", 4),
                    Map.entry("TRAP", 5),
                    Map.entry("ABRT", 6),
                    Map.entry("IOT", 6),
                    Map.entry("BUS", 7),
                    Map.entry("FPE", 8),
                    Map.entry("KILL", KILL),
                    Map.entry("USR1", 10),
                    Map.entry("SEGV", 11),
                    Map.entry("USR2", 12),
                    Map.entry("PIPE", 13),
                    Map.entry("ALRM", 14),
                    Map.entry("TERM", TERM),
                    Map.entry("STKFLT", 16),
                    Map.entry("CHLD", 17),
                    Map.entry("CLD", 17),
                    Map.entry("CONT", 18),
                    Map.entry("STOP", 19),
                    Map.entry("TSTP", 20),
                    Map.entry("TTIN", 21),
                    Map.entry("TTOU", 22),
                    Map.entry("URG", 23),
                    Map.entry("XCPU", 24),
                    Map.entry("XFSZ", 25),
                    Map.entry("VTALRM", 26),
                    Map.entry("PROF", 27),
                    Map.entry("WINCH", 28),
                    Map.entry("IO", 29),
                    Map.entry("POLL", 29),
                    Map.entry("PWR", 30),
                    Map.entry("SYS", 31),
                    Map.entry("RTMIN", RTMIN),
                    Map.entry("RTMAX", RTMAX));

    private Signals() {}

    /**
     * A signal's number: {@code TERM}, {@code SIGTERM}, {@code sigterm}, {@code 15}, {@code
     * RTMIN+3}, {@code RTMAX-1}.
     *
     * @throws InvalidArgument with docker's text
     */
    static int parse(String text) {
        String name = text.toUpperCase(Locale.ROOT);
        name = name.startsWith("SIG") ? name.substring(3) : name;
        Integer known = NUMBERS.get(name);
        if (known != null) {
            return known;
        }
        int number = 0;
        try {
            if (name.startsWith("RTMIN+")) {
                number = RTMIN + Integer.parseInt(name.substring(6));
            } else if (name.startsWith("RTMAX-")) {
                number = RTMAX - Integer.parseInt(name.substring(6));
            } else {
                number = Integer.parseInt(text);
            }
        } catch (NumberFormatException _) {
            number = 0;
        }
        if (number < 1 || number > RTMAX) {
            throw new InvalidArgument("invalid signal: " + text);
        }
        return number;
    }
}
