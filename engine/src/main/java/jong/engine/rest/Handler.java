package jong.engine.rest;

/**
 * Answers one kind of request.
 *
 * <p>Runs on a virtual thread of its own and may block. A {@link jong.wire.status.StatusException}
 * thrown before the answer has begun becomes Docker's JSON error with the matching status; after
 * that, the connection is cut so that the client sees a truncated answer. A handler that returns
 * without an answer sends an empty 200.
 */
@FunctionalInterface
public interface Handler {

    /** Answers the request of {@code exchange}. */
    void handle(Exchange exchange) throws Exception;
}
