package jong.cli.flags;

/** A command line that the flags' rules refuse; the text is what docker says. */
public final class FlagException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** With the whole text. */
    public FlagException(String message) {
        super(message);
    }

    /** A value that a flag does not accept: {@code flag} as in {@code -m, --memory}. */
    public static FlagException invalid(String value, String flag, String reason) {
        return new FlagException(
                "invalid argument \"" + value + "\" for \"" + flag + "\" flag: " + reason);
    }
}
