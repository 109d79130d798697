package jong.network;

import java.net.InetAddress;

/**
 * A port of a sandbox as it is reached at the host.
 *
 * @param protocol its protocol
 * @param port the sandbox's port
 * @param hostAddress the host's address; {@code 0.0.0.0} or {@code ::} for all of its family
 * @param hostPort the host's port; 0 where the sandbox is reached at its own address
 */
public record PublishedPort(Protocol protocol, int port, InetAddress hostAddress, int hostPort) {}
