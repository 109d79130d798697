package jong.api.client;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** Where a daemon listens: {@code unix:///path} or {@code tcp://host:port}. */
public sealed interface EngineAddress {

    /** The port of {@code tcp://host} without a port. */
    int DEFAULT_PORT = 2375;

    /**
     * A socket file.
     *
     * @param path absolute
     */
    record Unix(Path path) implements EngineAddress {
        @Override
        public SocketChannel connect() throws IOException {
            return open(StandardProtocolFamily.UNIX, UnixDomainSocketAddress.of(path));
        }

        @Override
        public String toString() {
            return "unix://" + path;
        }
    }

    /**
     * An address of the network.
     *
     * @param host a name or an address, IPv6 without brackets
     * @param port 1 to 65535
     */
    record Tcp(String host, int port) implements EngineAddress {
        @Override
        public SocketChannel connect() throws IOException {
            var channel = open(StandardProtocolFamily.INET6, new InetSocketAddress(host, port));
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            return channel;
        }

        @Override
        public String toString() {
            return "tcp://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
        }
    }

    /**
     * Parses an address in the forms of {@code DOCKER_HOST}; without a scheme it is TCP.
     *
     * @throws IllegalArgumentException with a text for the user, if it is none or names a transport
     *     that this client does not speak
     */
    static EngineAddress parse(String text) {
        int scheme = text.indexOf("://");
        String protocol = scheme < 0 ? "tcp" : text.substring(0, scheme);
        String rest = scheme < 0 ? text : text.substring(scheme + 3);
        return switch (protocol) {
            case "unix" -> unix(text, rest);
            case "tcp", "http" -> tcp(text, rest);
            case "ssh", "https", "npipe", "fd" ->
                    throw new IllegalArgumentException(
                            "cannot reach "
                                    + text
                                    + ": "
                                    + protocol
                                    + ":// is not supported,"
                                    + " use unix:// or tcp://");
            default -> throw new IllegalArgumentException("invalid bind address format: " + text);
        };
    }

    /**
     * Opens a connection.
     *
     * @throws IOException if nobody listens, or the caller may not
     */
    SocketChannel connect() throws IOException;

    private static SocketChannel open(StandardProtocolFamily family, SocketAddress address)
            throws IOException {
        SocketChannel channel =
                family == StandardProtocolFamily.UNIX
                        ? SocketChannel.open(family)
                        : SocketChannel.open();
        try {
            channel.connect(address);
            return channel;
        } catch (UnresolvedAddressException e) {
            channel.close();
            throw new IOException("no such host", e);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static EngineAddress unix(String text, String path) {
        if (!path.startsWith("/")) {
            throw new IllegalArgumentException("unix socket path is not absolute: " + text);
        }
        try {
            return new Unix(Path.of(path));
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("invalid unix socket path: " + text, e);
        }
    }

    private static EngineAddress tcp(String text, String rest) {
        String authority = rest.endsWith("/") ? rest.substring(0, rest.length() - 1) : rest;
        int bracket = authority.indexOf(']');
        int colon = authority.indexOf(':', Math.max(bracket, 0));
        String host = colon < 0 ? authority : authority.substring(0, colon);
        if (bracket > 0 && host.startsWith("[")) {
            host = host.substring(1, bracket);
        }
        try {
            int port = colon < 0 ? DEFAULT_PORT : Integer.parseInt(authority.substring(colon + 1));
            if (port > 0 && port <= 0xffff) {
                return new Tcp(host.isEmpty() ? "localhost" : host, port);
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("invalid bind address format: " + text, e);
        }
        throw new IllegalArgumentException("invalid bind address format: " + text);
    }
}
