package jong.network.names;

import java.net.InetSocketAddress;

/**
 * A server that is asked for what no network of the sandbox knows.
 *
 * @param address where it is
 * @param fromSandbox whether it is asked from the sandbox's network, else from the host's
 */
public record Upstream(InetSocketAddress address, boolean fromSandbox) {
    /** Where name servers listen. */
    public static final int PORT = 53;
}
