package jong.network;

import java.net.InetAddress;
import java.util.Optional;

/**
 * A port of a sandbox that is to be reached at the host.
 *
 * @param protocol its protocol
 * @param port the sandbox's port
 * @param hostAddress the host's address; empty for all, IPv4 and IPv6
 * @param firstHostPort the first port to try; 0 for any of the host's ephemeral ones
 * @param lastHostPort the last port to try; the first that is free is taken
 */
public record PortMapping(
        Protocol protocol,
        int port,
        Optional<InetAddress> hostAddress,
        int firstHostPort,
        int lastHostPort) {
    /** Checks the ranges. */
    public PortMapping {
        if (port < 1 || lastHostPort > 65535 || firstHostPort < 0 || port > 65535) {
            throw new IllegalArgumentException("invalid port: " + port);
        }
        if (firstHostPort > lastHostPort) {
            throw new IllegalArgumentException(
                    "invalid port range: " + firstHostPort + "-" + lastHostPort);
        }
    }

    /** A mapping at one port of all of the host's addresses; 0 for an ephemeral one. */
    public static PortMapping of(Protocol protocol, int port, int hostPort) {
        return new PortMapping(protocol, port, Optional.empty(), hostPort, hostPort);
    }
}
