package jong.http;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import jong.wire.status.StatusException.InvalidArgument;

/** Where the server listens, as {@code -H} says it. */
public sealed interface ListenAddress {

    /**
     * A unix socket.
     *
     * @param path where its file is made
     */
    record Unix(Path path) implements ListenAddress {
        @Override
        public String toString() {
            return path.toString();
        }
    }

    /**
     * A TCP port, without encryption and without authentication.
     *
     * @param address the local address
     */
    record Tcp(InetSocketAddress address) implements ListenAddress {
        @Override
        public String toString() {
            return address.getAddress().getHostAddress() + ":" + address.getPort();
        }
    }

    /**
     * Reads {@code unix:///run/jong.sock} or {@code tcp://127.0.0.1:2375}. The port may be left
     * out: it is 2375 then, as with dockerd.
     *
     * @throws InvalidArgument for anything else
     */
    static ListenAddress parse(String text) {
        if (text.startsWith("unix://")) {
            String path = text.substring("unix://".length());
            if (path.startsWith("/")) {
                return new Unix(Path.of(path));
            }
        } else if (text.startsWith("tcp://")) {
            return tcp(text, text.substring("tcp://".length()));
        } else if (text.startsWith("fd://")) {
            throw new InvalidArgument(
                    "cannot listen on " + text + ": socket activation is not supported");
        }
        throw invalid(text);
    }

    private static ListenAddress tcp(String text, String hostAndPort) {
        String trimmed = hostAndPort.endsWith("/") ? chop(hostAndPort) : hostAndPort;
        int colon = trimmed.lastIndexOf(':');
        boolean noPort = colon < 0 || trimmed.endsWith("]");
        String host = noPort ? trimmed : trimmed.substring(0, colon);
        try {
            int port = noPort ? 2375 : Integer.parseInt(trimmed.substring(colon + 1));
            var address = new InetSocketAddress(host.isEmpty() ? "127.0.0.1" : host, port);
            if (address.isUnresolved()) {
                throw new InvalidArgument("cannot listen on " + text + ": no such host: " + host);
            }
            return new Tcp(address);
        } catch (IllegalArgumentException _) {
            throw invalid(text);
        }
    }

    private static String chop(String text) {
        return text.substring(0, text.length() - 1);
    }

    private static InvalidArgument invalid(String text) {
        return new InvalidArgument("invalid bind address (" + text + ")");
    }
}
