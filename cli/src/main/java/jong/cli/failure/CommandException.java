package jong.cli.failure;

/** A command that failed: the text for standard error, and the program's exit code. */
public final class CommandException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private static final int UNSAID = -1;

    private final int exitCode;

    /** Fails with the exit code that the command has for failures. */
    public CommandException(String message) {
        this(message, UNSAID);
    }

    /** Fails with any exit code; an empty text prints nothing. */
    public CommandException(String message, int exitCode) {
        super(message);
        this.exitCode = exitCode;
    }

    /**
     * The program's exit code.
     *
     * @param failureCode the one that the command has for failures
     */
    public int exitCode(int failureCode) {
        return exitCode == UNSAID ? failureCode : exitCode;
    }
}
