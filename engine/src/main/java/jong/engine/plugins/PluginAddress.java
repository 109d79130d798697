package jong.engine.plugins;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/**
 * Where a plugin listens.
 *
 * @param uri {@code unix:///path}, {@code tcp://host:port}, http or https likewise
 * @param tls how it is trusted, for {@code https}
 */
record PluginAddress(URI uri, PluginTls tls) {

    /** The host of requests to sockets, which have none. */
    private static final String LOCAL_HOST = "plugin.moby.localhost";

    /** What is named by a socket or a file with nothing but an address: nobody is verified. */
    static PluginAddress parse(String text) throws IOException {
        return parse(text, PluginTls.ANYBODY);
    }

    /**
     * Reads an address.
     *
     * @throws IOException if it is none
     */
    static PluginAddress parse(String text, PluginTls tls) throws IOException {
        URI uri;
        try {
            uri = URI.create(text);
        } catch (IllegalArgumentException e) {
            throw new IOException("parse \"" + text + "\": invalid plugin address", e);
        }
        if (uri.getScheme() == null) {
            throw new IOException("Unknown protocol");
        }
        boolean known =
                switch (uri.getScheme()) {
                    case "unix" -> uri.getPath() != null && !uri.getPath().isEmpty();
                    case "tcp", "http", "https" -> uri.getHost() != null;
                    default -> false;
                };
        if (!known) {
            throw new IOException("cannot reach a plugin at \"" + text + "\"");
        }
        return new PluginAddress(uri, tls);
    }

    /** What stands in the header {@code Host}. */
    String host() {
        return uri.getScheme().equals("unix") ? LOCAL_HOST : uri.getAuthority();
    }

    /** A connection to be connected; closing it from another thread ends what it waits for. */
    PluginConnection connection() throws IOException {
        if (uri.getScheme().equals("unix")) {
            SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
            return new PluginConnection(
                    channel,
                    () -> {
                        channel.connect(UnixDomainSocketAddress.of(Path.of(uri.getPath())));
                        return new PluginConnection.Streams(
                                Channels.newInputStream(channel),
                                Channels.newOutputStream(channel));
                    });
        }
        var socket = new Socket();
        return new PluginConnection(
                socket,
                () -> {
                    boolean secure = uri.getScheme().equals("https");
                    int usual = secure ? 443 : 80;
                    int port = uri.getPort() < 0 ? usual : uri.getPort();
                    socket.connect(new InetSocketAddress(uri.getHost(), port));
                    Socket used = secure ? secured(socket, port) : socket;
                    return new PluginConnection.Streams(
                            used.getInputStream(), used.getOutputStream());
                });
    }

    private Socket secured(Socket plain, int port) throws IOException {
        SSLSocket socket =
                (SSLSocket)
                        tls.context()
                                .getSocketFactory()
                                .createSocket(plain, uri.getHost(), port, true);
        if (tls.verified()) {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(parameters);
        }
        return socket;
    }
}
