package jong.engine.config;

/** A command line or configuration that the daemon does not start with; the text is for users. */
public final class UsageException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int exitCode;

    UsageException(int exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    UsageException(String message, Throwable cause) {
        super(message, cause);
        this.exitCode = 1;
    }

    /** What the program ends with. */
    public int exitCode() {
        return exitCode;
    }
}
