package jong.http;

import java.time.Duration;

/**
 * What a client may cost the server.
 *
 * @param requestLineBytes the longest request line, in bytes; a longer one is answered with 431
 * @param headerBytes all headers of a request together, in bytes; more are answered with 431
 * @param idle how long a connection may stay without a request; zero for ever
 * @param stall how long the client may leave us waiting for the next kilobyte of a body or for room
 *     in its buffer; zero for ever
 */
public record Limits(int requestLineBytes, int headerBytes, Duration idle, Duration stall) {

    /** What Go's server does unless told otherwise, hence dockerd: no limits of time. */
    public static final Limits GO = new Limits(64 << 10, 1 << 20, Duration.ZERO, Duration.ZERO);
}
