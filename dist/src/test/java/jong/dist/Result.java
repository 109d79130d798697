package jong.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

/**
 * What a finished command left: its exit status and all it wrote.
 *
 * @param command the words of the command line
 * @param status the exit status, 128 + n after signal n
 */
record Result(List<String> command, int status, String out, String err) {

    /** Fails the test unless the command succeeded. */
    Result succeeded() {
        return exitedWith(0);
    }

    /** Fails the test unless the command's exit status is {@code expected}. */
    Result exitedWith(int expected) {
        assertThat(status).as("exit status of %s", this).isEqualTo(expected);
        return this;
    }

    /** Standard output without white space at its ends. */
    String line() {
        return out.strip();
    }

    /** The lines of standard output. */
    List<String> lines() {
        return out.lines().toList();
    }
}
