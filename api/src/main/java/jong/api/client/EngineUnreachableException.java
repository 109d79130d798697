package jong.api.client;

import java.io.IOException;

/** Nobody answers at the daemon's address. */
public final class EngineUnreachableException extends IOException {

    private static final long serialVersionUID = 1L;

    EngineUnreachableException(EngineAddress address, IOException cause) {
        super(text(address, cause), cause);
    }

    private static String text(EngineAddress address, IOException cause) {
        String why = String.valueOf(cause.getMessage());
        if (why.contains("Permission denied")) {
            return "permission denied while trying to connect to the Docker daemon socket at "
                    + address;
        }
        return "Cannot connect to the Docker daemon at "
                + address
                + ". Is the docker daemon running?";
    }
}
