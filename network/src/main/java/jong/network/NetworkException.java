package jong.network;

import java.io.IOException;

/**
 * A network, endpoint or port that cannot be had. The message is Docker's own where Docker has one.
 */
public sealed class NetworkException extends IOException permits AddressInUseException {
    private static final long serialVersionUID = 1;

    /** An error without one below. */
    public NetworkException(String message) {
        super(message);
    }

    /** An error because of another. */
    public NetworkException(String message, Throwable cause) {
        super(message, cause);
    }
}
