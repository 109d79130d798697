package jong.engine.containers;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jong.wire.status.StatusException;
import jong.wire.status.StatusException.Internal;
import jong.wire.status.StatusException.InvalidArgument;

/**
 * A start that the runtime refused, in docker's words: the text from which the command line derives
 * exit codes 125, 126 and 127.
 *
 * @param text the whole message
 * @param exitCode that the container shows
 * @param usersFault whether the request itself is wrong (400), not the daemon (500)
 */
record StartFailure(String text, int exitCode, boolean usersFault) {

    /** The runtime says this itself when the process existed. */
    private static final String START = "unable to start container process: ";

    private static final String CREATE =
            "failed to create task for container: failed to create shim task: OCI runtime create"
                    + " failed: runc create failed: "
                    + START;
    private static final String EXEC = "OCI runtime exec failed: exec failed: " + START;

    /** dockerd makes this directory before the start, and has a text of its own for it. */
    private static final Pattern WORKING_DIRECTORY =
            Pattern.compile("error during container init: mkdir (.*): not a directory");

    private static final int UNKNOWN = 128;
    private static final int NOT_EXECUTABLE = 126;
    private static final int NOT_FOUND = 127;

    /** For a container whose runtime said {@code reason}. */
    static StartFailure ofContainer(String reason) {
        return of(CREATE, reason);
    }

    /** For an exec session whose runtime said {@code reason}. */
    static StartFailure ofExec(String reason) {
        return of(EXEC, reason);
    }

    private static StartFailure of(String prefix, String told) {
        String reason = told.startsWith(START) ? told.substring(START.length()) : told;
        Matcher workingDirectory = WORKING_DIRECTORY.matcher(reason);
        if (workingDirectory.matches()) {
            reason = "Cannot mkdir: " + workingDirectory.group(1) + " is not a directory";
        }
        // What dockerd finds out itself before it asks its runtime comes without the prefix.
        boolean ownText =
                reason.startsWith("unable to find ")
                        || reason.startsWith("Unable to find ")
                        || reason.startsWith("Cannot mkdir");
        if (ownText) {
            return new StartFailure(reason, UNKNOWN, true);
        }
        String text = prefix + reason + ": unknown";
        if (reason.contains("executable file not found")
                || reason.contains("no such file or directory")) {
            return new StartFailure(text, NOT_FOUND, true);
        }
        if (reason.contains("is a directory")) {
            return new StartFailure(text + ": permission denied", NOT_EXECUTABLE, true);
        }
        if (reason.contains("permission denied")) {
            return new StartFailure(text, NOT_EXECUTABLE, true);
        }
        if (reason.contains("not a directory")) {
            String hint =
                    ": Are you trying to mount a directory onto a file (or vice-versa)? Check if"
                            + " the specified host path exists and is the expected type";
            return new StartFailure(text + hint, NOT_FOUND, true);
        }
        return new StartFailure(text, UNKNOWN, false);
    }

    /** A failure of the daemon's own preparations, told as it is. */
    static int exitCodeOf(RuntimeException failure) {
        return failure instanceof Refused refused ? refused.failure().exitCode() : UNKNOWN;
    }

    /** As the exception that becomes the answer. */
    StatusException toException(RuntimeException cause) {
        return usersFault ? new InvalidArgument(text, cause) : new Internal(text, cause);
    }

    /** Carries a failure of the runtime out of the start. */
    static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final transient StartFailure failure;

        Refused(StartFailure failure, RuntimeException cause) {
            super(failure.text(), cause);
            this.failure = failure;
        }

        StartFailure failure() {
            return failure;
        }
    }
}
