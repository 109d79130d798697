package jong.runtime.cli;

import java.io.IOException;
import java.util.List;

/**
 * A row of the table of commands.
 *
 * @param name the word
 * @param summary what it does, for the help text
 * @param usage the words after it, for the help text
 * @param words how many words there must be
 * @param flags its options
 * @param action what it does
 */
record Command(
        String name, String summary, String usage, Words words, List<Flag> flags, Action action) {

    /**
     * How many words a command takes.
     *
     * @param least at least so many
     * @param most at most so many
     * @param thenCommand whether what follows the first word is another program's
     */
    record Words(int least, int most, boolean thenCommand) {

        static final Words NONE = new Words(0, 0, false);
        static final Words ID = new Words(1, 1, false);
        static final Words ID_AND_SIGNAL = new Words(1, 2, true);
        static final Words ID_AND_COMMAND = new Words(1, Integer.MAX_VALUE, true);

        /** runc's complaint about another number. */
        String complaint(String command, int given) {
            String kind =
                    least == most ? "exactly" : given < least ? "a minimum of" : "a maximum of";
            int number = given < least ? least : most;
            return "jong-runc: \""
                    + command
                    + "\" requires "
                    + kind
                    + " "
                    + number
                    + " argument(s)";
        }
    }

    /** What a command does; the result is the exit status. */
    interface Action {
        int run(Session session, Arguments arguments) throws IOException;
    }
}
