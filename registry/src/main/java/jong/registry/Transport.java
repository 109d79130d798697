package jong.registry;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscribers;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import jong.registry.hosts.Endpoint;
import jong.registry.hosts.TlsSettings;
import org.jspecify.annotations.Nullable;

/**
 * Sends HTTP requests, over HTTP/2 where the server offers it, and follows redirects without taking
 * credentials to another host.
 */
final class Transport implements AutoCloseable {

    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(90);

    /** A body may take as long as it does at this pace, and the answer's time besides. */
    private static final long SLOWEST_BYTES_PER_SECOND = 10_000;

    private static final int MAX_REDIRECTS = 10;
    private static final String AGENT = "jong/0.1.0";

    private final HttpClients clients;
    private final Duration stall;

    /**
     * Sends by these clients.
     *
     * @param stall for how long nothing may come of an answer's body before reading it fails
     */
    Transport(HttpClients clients, Duration stall) {
        this.clients = clients;
        this.stall = stall;
    }

    /**
     * What a request carries.
     *
     * @param open gives the bytes; once more for each redirect
     * @param length how many they are, or about how many they are at most
     * @param exact whether they are exactly so many, which the server is then told before
     */
    record Body(Supplier<InputStream> open, long length, boolean exact) {

        static Body of(Supplier<InputStream> open, long length) {
            return new Body(open, length, true);
        }
    }

    /**
     * A request.
     *
     * @param body null for none
     */
    record Request(String method, URI uri, Map<String, String> headers, @Nullable Body body) {

        static Request of(String method, URI uri, Map<String, String> headers) {
            return new Request(method, uri, headers, null);
        }

        Request with(String name, String value) {
            Map<String, String> more = new HashMap<>(headers);
            more.put(name, value);
            return new Request(method, uri, more, body);
        }
    }

    /**
     * Sends a request; the caller closes the answer's body.
     *
     * @param endpoint whose certificate rules and headers hold, as long as it is its host
     * @throws IOException with Go's text, which docker users know
     */
    HttpResponse<InputStream> send(Endpoint endpoint, Request request)
            throws IOException, InterruptedException {
        return send(endpoint, request, false);
    }

    /** As {@link #send}, for a request whose body is a secret: it goes to no other host. */
    HttpResponse<InputStream> sendSecret(Endpoint endpoint, Request request)
            throws IOException, InterruptedException {
        return send(endpoint, request, true);
    }

    private HttpResponse<InputStream> send(Endpoint endpoint, Request request, boolean secret)
            throws IOException, InterruptedException {
        URI uri = request.uri();
        for (int redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
            HttpResponse<InputStream> response = sendOnce(endpoint, request, uri);
            String location = response.headers().firstValue("Location").orElse("");
            if (location.isEmpty() || !isRedirect(request.method(), response.statusCode())) {
                return response;
            }
            response.body().close();
            uri = follow(uri, location);
            if (secret && !sameHost(uri, request.uri())) {
                throw new IOException(
                        "refused redirect of credentials from "
                                + request.uri().getAuthority()
                                + " to "
                                + uri.getAuthority());
            }
        }
        throw new IOException(
                TransportErrors.prefix(request.method(), request.uri())
                        + "stopped after "
                        + MAX_REDIRECTS
                        + " redirects");
    }

    @Override
    public void close() {
        clients.close();
    }

    /** What is not 307 or 308 may turn other methods into GET, which no upload wants. */
    private static boolean isRedirect(String method, int status) {
        return switch (status) {
            case 307, 308 -> true;
            case 301, 302, 303 -> method.equals("GET") || method.equals("HEAD");
            default -> false;
        };
    }

    private HttpResponse<InputStream> sendOnce(Endpoint endpoint, Request request, URI uri)
            throws IOException, InterruptedException {
        boolean own = sameHost(uri, endpoint.base());
        var builder = HttpRequest.newBuilder(uri).header("User-Agent", AGENT);
        if (own) {
            endpoint.headers()
                    .forEach((name, values) -> values.forEach(v -> builder.header(name, v)));
        }
        boolean trusted = sameHost(uri, request.uri());
        request.headers()
                .forEach((name, value) -> {
                    if (trusted || !name.equals("Authorization")) {
                        builder.setHeader(name, value);
                    }
                });
        String proxy = clients.proxyAuthorization(uri);
        if (!proxy.isEmpty()) {
            builder.setHeader("Proxy-Authorization", proxy);
        }
        Body body = request.body();
        builder.timeout(timeout(body)).method(request.method(), publisher(body));
        // What is trusted for a registry is so for where it sends to, too, as with docker.
        TlsSettings tls = own ? endpoint.tls() : endpoint.tls().anonymous();
        try {
            return clients.client(tls, endpoint.dialTimeout())
                    .send(
                            builder.build(),
                            _ ->
                                    BodySubscribers.mapping(
                                            BodySubscribers.ofInputStream(),
                                            bytes -> new GuardedBody(bytes, stall)));
        } catch (IOException e) {
            throw TransportErrors.describe(
                    Request.of(request.method(), uri, Map.of()), endpoint, clients.proxy(uri), e);
        }
    }

    /** Whether two addresses are of one server: scheme, host and port, told or meant. */
    static boolean sameHost(URI one, URI other) {
        return one.getHost() != null
                && one.getHost().equalsIgnoreCase(other.getHost())
                && one.getScheme().equalsIgnoreCase(other.getScheme())
                && port(one) == port(other);
    }

    /** The port, or the one that the scheme means. */
    static int port(URI uri) {
        if (uri.getPort() >= 0) {
            return uri.getPort();
        }
        return "https".equalsIgnoreCase(uri.getScheme()) ? 443 : 80;
    }

    private static Duration timeout(@Nullable Body body) {
        return body == null
                ? ANSWER_TIMEOUT
                : ANSWER_TIMEOUT.plusSeconds(body.length() / SLOWEST_BYTES_PER_SECOND);
    }

    private static HttpRequest.BodyPublisher publisher(@Nullable Body body) {
        if (body == null) {
            return HttpRequest.BodyPublishers.noBody();
        }
        var stream = HttpRequest.BodyPublishers.ofInputStream(body.open());
        if (!body.exact()) {
            return stream;
        }
        // A known length goes without chunks, which some registries do not take.
        return body.length() == 0
                ? HttpRequest.BodyPublishers.noBody()
                : HttpRequest.BodyPublishers.fromPublisher(stream, body.length());
    }

    /** Where a {@code Location} leads, which may not be from TLS to plain HTTP. */
    static URI follow(URI from, String location) throws IOException {
        URI target = resolve(from, location);
        boolean downgrade = "https".equals(from.getScheme()) && !"https".equals(target.getScheme());
        if (downgrade) {
            throw new IOException(
                    "refused redirect from " + from.getAuthority() + " to plain HTTP");
        }
        return target;
    }

    /** What a server's {@code Location} means. Its text may hold signatures: it is not repeated. */
    static URI resolve(URI from, String location) throws IOException {
        try {
            URI target = from.resolve(location);
            if (target.getHost() != null && List.of("http", "https").contains(target.getScheme())) {
                return target;
            }
        } catch (IllegalArgumentException _) {
            // The same error as for one without a host.
        }
        throw new IOException("invalid Location in the answer of " + from.getAuthority());
    }
}
