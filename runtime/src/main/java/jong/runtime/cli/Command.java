package jong.runtime.cli;

import java.io.IOException;
import java.util.List;

/**
 * A row of the table of commands.
 *
 * @param name the word
 * @param usage the words after it, for the help text
 * @param leastWords how many words there must be
 * @param mostWords how many there may be
 * @param flags its options
 * @param action what it does
 */
record Command(
        String name, String usage, int leastWords, int mostWords, List<Flag> flags, Action action) {

    /** What a command does; the result is the exit status. */
    interface Action {
        int run(Session session, Arguments arguments) throws IOException;
    }
}
