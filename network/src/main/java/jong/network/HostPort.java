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
import java.util.Map;
import java.util.concurrent.Semaphore;
import jong.linux.ErrnoException;
import jong.linux.netlink.SctpPort;
import org.jspecify.annotations.Nullable;

/**
 * A port of the host that is held by a bound socket, so that no other program can take it. The
 * kernel rewrites packets before they reach the socket; what it cannot rewrite the socket serves,
 * once {@link #serve} was called. One bound to {@code ::} holds the port of 0.0.0.0 as well.
 */
final class HostPort implements AutoCloseable {
    private final InetSocketAddress address;
    private final AutoCloseable socket;
    private @Nullable Proxies servedBy; // Guarded by HostPorts.

    /**
     * What passes on.
     *
     * @param places for the clients of all ports
     * @param datagrams of all ports
     * @param userland whether what the kernel can rewrite is passed on, too, when it comes to the
     *     socket
     */
    record Proxies(Semaphore places, UdpProxy datagrams, boolean userland) {}

    private HostPort(InetSocketAddress address, AutoCloseable socket) {
        this.address = address;
        this.socket = socket;
    }

    /**
     * Binds a socket.
     *
     * @throws IOException with Go's text: {@code listen tcp4 0.0.0.0:80: bind: address already in
     *     use}; of SCTP only what is behind the last colon
     */
    static HostPort bind(Protocol protocol, InetAddress address, int port) throws IOException {
        var place = new InetSocketAddress(address, port);
        return new HostPort(place, open(protocol, place));
    }

    private static AutoCloseable open(Protocol protocol, InetSocketAddress place)
            throws IOException {
        return switch (protocol) {
            case TCP -> bound(protocol, ServerSocketChannel.open(family(place)), place);
            case UDP -> bound(protocol, DatagramChannel.open(family(place)), place);
            case SCTP -> sctp(place);
        };
    }

    private static NetworkChannel bound(
            Protocol protocol, NetworkChannel channel, InetSocketAddress place) throws IOException {
        try {
            if (channel instanceof ServerSocketChannel server) {
                return server.bind(place);
            }
            return channel.setOption(StandardSocketOptions.SO_REUSEADDR, false).bind(place);
        } catch (IOException e) {
            channel.close();
            throw new IOException(bindError(protocol, place, e), e);
        }
    }

    private static SctpPort sctp(InetSocketAddress place) throws IOException {
        try {
            return SctpPort.bind(place.getAddress(), place.getPort());
        } catch (ErrnoException e) {
            throw new IOException(e.errno().text(), e);
        }
    }

    /**
     * Passes on to the sandbox what the kernel does not: whatever comes to the socket itself.
     *
     * @param targets where clients of which family are passed on to: a socket at {@code ::} hears
     *     those of IPv4 too
     */
    void serve(Map<Family, InetSocketAddress> targets, Proxies proxies) {
        var four = targets.get(Family.IPV4);
        boolean rewritten =
                address.getAddress() instanceof Inet4Address
                        && four != null
                        && four.getAddress() instanceof Inet4Address;
        if (servedBy != null || targets.isEmpty() || (rewritten && !proxies.userland)) {
            return;
        }
        servedBy = proxies;
        switch (socket) {
            case ServerSocketChannel server -> TcpProxy.start(server, targets, proxies.places);
            case DatagramChannel port -> proxies.datagrams.serve(port, targets);
            default -> {} // SCTP is only ever rewritten, as an association has several addresses.
        }
    }

    @Override
    public void close() throws IOException {
        try {
            if (servedBy != null && socket instanceof DatagramChannel port) {
                servedBy.datagrams.close(port);
            } else {
                socket.close();
            }
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException("close of the socket at " + address, e);
        }
    }

    private static ProtocolFamily family(InetSocketAddress place) {
        return place.getAddress() instanceof Inet4Address
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
