package jong.registry.server;

import jong.http.Exchange;

/** Is told of every request that was served, well or not. */
@FunctionalInterface
interface RequestLog {

    /** Tells nobody. */
    RequestLog NONE = (_, _) -> {};

    /**
     * Takes note of a request.
     *
     * @param nanos how long it took, in nanoseconds
     */
    void served(Exchange exchange, long nanos);
}
