package jong.registry.server.config;

/** An option that cannot be used; the message says which and why. */
public final class UsageException extends Exception {

    private static final long serialVersionUID = 1L;

    /** Makes one for a message that a user reads. */
    public UsageException(String message) {
        super(message);
    }
}
