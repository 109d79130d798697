package jong.http;

import java.io.IOException;

/** The body of a request ended before its end: the client went away, stalled or sent nonsense. */
public final class BrokenRequestException extends IOException {

    private static final long serialVersionUID = 1L;

    BrokenRequestException(IOException cause) {
        super(cause.getMessage(), cause);
    }
}
