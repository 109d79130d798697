package jong.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import jong.registry.hosts.Network;
import jong.wire.status.StatusException;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the proxy for an address by the rules of Go, which dockerd follows: this host is never
 * reached by one; {@code NO_PROXY} has names, which stand for all below them, addresses, networks,
 * each with a port or for all, and {@code *}.
 */
final class Proxies extends ProxySelector {

    private final @Nullable URI http;
    private final @Nullable URI https;
    private final List<String> exceptions;

    /**
     * Reads settings.
     *
     * @throws StatusException.InvalidArgument if a proxy's address is none, without its text
     */
    Proxies(ProxySettings settings) {
        this.http = proxy(settings.http(), "http");
        this.https = proxy(settings.https(), "https");
        this.exceptions =
                List.of(settings.none().toLowerCase(Locale.ROOT).split(",")).stream()
                        .map(String::strip)
                        .filter(entry -> !entry.isEmpty())
                        .toList();
    }

    @Override
    public List<Proxy> select(URI uri) {
        URI proxy = proxyOf(uri);
        if (proxy == null) {
            return List.of(Proxy.NO_PROXY);
        }
        int port = proxy.getPort() < 0 ? 80 : proxy.getPort();
        return List.of(
                new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved(host(proxy), port)));
    }

    @Override
    public void connectFailed(URI uri, SocketAddress address, IOException e) {
        // The request's own failure is told.
    }

    /** What the proxy for an address is proved to, a value of {@code Proxy-Authorization}. */
    String authorization(URI uri) {
        URI proxy = proxyOf(uri);
        if (proxy == null || proxy.getUserInfo() == null) {
            return "";
        }
        return "Basic " + Base64.getEncoder().encodeToString(proxy.getUserInfo().getBytes(UTF_8));
    }

    /** The proxy for an address, or null. */
    @Nullable URI proxyOf(URI uri) {
        URI proxy = "https".equals(uri.getScheme()) ? https : http;
        return proxy == null || isExcepted(uri) ? null : proxy;
    }

    private boolean isExcepted(URI uri) {
        String host = host(uri).toLowerCase(Locale.ROOT);
        InetAddress address = literal(host);
        if (host.equals("localhost") || (address != null && address.isLoopbackAddress())) {
            return true;
        }
        int port = Transport.port(uri);
        return exceptions.stream().anyMatch(entry -> matches(entry, host, address, port));
    }

    private static boolean matches(
            String entry, String host, @Nullable InetAddress address, int port) {
        if (entry.equals("*")) {
            return true;
        }
        if (entry.contains("/")) {
            return address != null && networkContains(entry, address);
        }
        String name = entry;
        int colon = entry.lastIndexOf(':');
        if (colon > 0
                && entry.substring(colon + 1).matches("[0-9]+")
                && entry.indexOf(':') == colon) {
            if (Integer.parseInt(entry.substring(colon + 1)) != port) {
                return false;
            }
            name = entry.substring(0, colon);
        }
        if (address != null) {
            return address.equals(literal(name));
        }
        String bare = name.startsWith("*.") ? name.substring(1) : name;
        return bare.startsWith(".")
                ? host.endsWith(bare)
                : host.equals(bare) || host.endsWith("." + bare);
    }

    /** As Go, which passes over entries that are wrong. */
    private static boolean networkContains(String entry, InetAddress address) {
        try {
            return Network.parse(entry).contains(address);
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    private static @Nullable InetAddress literal(String host) {
        try {
            return InetAddress.ofLiteral(host);
        } catch (IllegalArgumentException _) {
            return null;
        }
    }

    /** An IPv6 address without its brackets. */
    private static String host(URI uri) {
        String host = String.valueOf(uri.getHost());
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    private static @Nullable URI proxy(String text, String what) {
        if (text.isEmpty()) {
            return null;
        }
        try {
            URI uri = URI.create(text.contains("://") ? text : "http://" + text);
            if (uri.getHost() != null && "http".equals(uri.getScheme())) {
                return uri;
            }
        } catch (IllegalArgumentException _) {
            // The same as one without a host; the text may hold a password.
        }
        throw new StatusException.InvalidArgument(
                "the " + what + " proxy is not an address like http://HOST:PORT");
    }
}
