package jong.http;

import java.io.IOException;

/**
 * What a server does with its requests: everything above HTTP itself.
 *
 * <p>Both methods run on the virtual thread of the request and may block.
 */
public interface Application {

    /**
     * Answers a request. An application that returns without an answer sends an empty 200; a
     * response stream that it leaves open is closed.
     */
    void serve(Exchange exchange) throws Exception;

    /**
     * Is told that {@link #serve} threw. If the answer has not begun ({@link Exchange#answered}),
     * it answers with an error. Otherwise nothing can be said any more, and the server cuts the
     * connection, so that the client sees a truncated answer.
     *
     * @throws IOException if the client is gone
     */
    void fail(Exchange exchange, Throwable failure) throws IOException;
}
