package jong.network;

/** An address that was asked for is another endpoint's, or kept for something else. */
public final class AddressInUseException extends NetworkException {
    private static final long serialVersionUID = 1;

    /** With Docker's text. */
    AddressInUseException() {
        super("Address already in use");
    }
}
