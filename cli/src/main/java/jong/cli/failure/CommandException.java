package jong.cli.failure;

/** A command that failed: the text for standard error, and the program's exit code. */
public final class CommandException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int exitCode;

    /** Fails with exit code 1. */
    public CommandException(String message) {
        this(message, 1);
    }

    /** Fails with any exit code; an empty text prints nothing. */
    public CommandException(String message, int exitCode) {
        super(message);
        this.exitCode = exitCode;
    }

    /** The program's exit code. */
    public int exitCode() {
        return exitCode;
    }
}
