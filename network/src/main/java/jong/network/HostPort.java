package jong.network;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.DatagramChannel;
import java.nio.channels.NetworkChannel;
import java.nio.channels.ServerSocketChannel;

/**
 * A port of the host that is held by a bound socket, so that no other program can take it. Over
 * IPv4 the kernel rewrites packets before they reach the socket; over IPv6 the socket serves, once
 * {@link #serve} was called.
 */
final class HostPort implements AutoCloseable {
    private final Protocol protocol;
    private final InetSocketAddress address;
    private final NetworkChannel channel;

    private HostPort(Protocol protocol, InetSocketAddress address, NetworkChannel channel) {
        this.protocol = protocol;
        this.address = address;
        this.channel = channel;
    }

    /**
     * Binds a socket. One bound to {@code ::} holds the port of 0.0.0.0 as well.
     *
     * @throws IOException with Go's text: {@code listen tcp4 0.0.0.0:80: bind: address already in
     *     use}
     */
    static HostPort bind(Protocol protocol, InetAddress address, int port) throws IOException {
        var socketAddress = new InetSocketAddress(address, port);
        var channel = open(protocol, family(address));
        try {
            if (channel instanceof ServerSocketChannel server) {
                server.bind(socketAddress);
            } else {
                channel.setOption(StandardSocketOptions.SO_REUSEADDR, false).bind(socketAddress);
            }
            return new HostPort(protocol, socketAddress, channel);
        } catch (IOException e) {
            channel.close();
            throw new IOException(bindError(protocol, socketAddress, e), e);
        }
    }

    /** Whether this socket is the one that holds a published port. */
    boolean holds(PublishedPort port) {
        return port.protocol() == protocol
                && port.hostPort() == address.getPort()
                && port.hostAddress().equals(address.getAddress());
    }

    /** Passes on to the sandbox what the kernel does not: whatever comes to the socket itself. */
    void serve(InetSocketAddress target) {
        if (address.getAddress() instanceof Inet4Address
                && target.getAddress() instanceof Inet4Address) {
            return;
        }
        switch (channel) {
            case ServerSocketChannel server -> TcpProxy.start(server, target);
            case DatagramChannel datagrams -> UdpProxy.start(datagrams, target);
            default -> throw new IllegalStateException(protocol + " socket: " + channel);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private static NetworkChannel open(Protocol protocol, ProtocolFamily family)
            throws IOException {
        return switch (protocol) {
            case TCP -> ServerSocketChannel.open(family);
            case UDP -> DatagramChannel.open(family);
        };
    }

    private static ProtocolFamily family(InetAddress address) {
        return address instanceof Inet4Address
                ? StandardProtocolFamily.INET
                : StandardProtocolFamily.INET6;
    }

    private static String bindError(Protocol protocol, InetSocketAddress address, IOException e) {
        // Of a port for all addresses, Docker binds the IPv4 one first and complains about that.
        boolean four =
                address.getAddress() instanceof Inet4Address
                        || address.getAddress().isAnyLocalAddress();
        var host = four ? fourText(address) : "[" + address.getAddress().getHostAddress() + "]";
        var why = String.valueOf(e.getMessage());
        return "listen "
                + protocol
                + (four ? "4 " : "6 ")
                + host
                + ":"
                + address.getPort()
                + ": bind: "
                + Character.toLowerCase(why.charAt(0))
                + why.substring(1);
    }

    private static String fourText(InetSocketAddress address) {
        return address.getAddress() instanceof Inet4Address
                ? address.getAddress().getHostAddress()
                : "0.0.0.0";
    }
}
