package jong.http;

/**
 * How an {@link HttpServer} serves.
 *
 * @param socketGroup the group that may use unix sockets; root's if there is no such group
 * @param loops the number of threads that move bytes, one or more
 * @param limits what a client may cost
 */
public record ServerOptions(String socketGroup, int loops, Limits limits) {

    /** One thread and Go's limits. */
    public static ServerOptions forGroup(String socketGroup) {
        return new ServerOptions(socketGroup, 1, Limits.GO);
    }
}
