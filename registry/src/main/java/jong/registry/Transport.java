package jong.registry;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.UnresolvedAddressException;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Sends HTTP requests, over HTTP/2 where the server offers it, and follows redirects without taking
 * credentials to another host. The clients are made when first needed: they cost memory and
 * threads.
 */
final class Transport implements AutoCloseable {

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(90);
    private static final int MAX_REDIRECTS = 10;
    private static final String AGENT = "jong/0.1.0";

    /** Guards the clients. */
    private final Object lock = new Object();

    private @Nullable HttpClient verifying;
    private @Nullable HttpClient trusting;

    /** A GET, HEAD or, with a form, POST. */
    record Request(
            String method, URI uri, boolean verified, Map<String, String> headers, String form) {

        static Request get(URI uri, boolean verified, Map<String, String> headers) {
            return new Request("GET", uri, verified, headers, "");
        }
    }

    /**
     * Sends a request; the caller closes the answer's body.
     *
     * @throws IOException with Go's text, which docker users know
     */
    HttpResponse<InputStream> send(Request request) throws IOException, InterruptedException {
        URI uri = request.uri();
        for (int redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
            HttpResponse<InputStream> response = sendOnce(request, uri);
            String location = response.headers().firstValue("Location").orElse("");
            boolean redirected =
                    switch (response.statusCode()) {
                        case 301, 302, 303, 307, 308 -> !location.isEmpty();
                        default -> false;
                    };
            if (!redirected) {
                return response;
            }
            response.body().close();
            uri = redirect(uri, location);
        }
        throw failure(request, "stopped after " + MAX_REDIRECTS + " redirects", null);
    }

    @Override
    public void close() {
        synchronized (lock) {
            if (verifying != null) {
                verifying.shutdownNow();
            }
            if (trusting != null) {
                trusting.shutdownNow();
            }
        }
    }

    private HttpResponse<InputStream> sendOnce(Request request, URI uri)
            throws IOException, InterruptedException {
        boolean sameHost = uri.getAuthority().equals(request.uri().getAuthority());
        var builder =
                HttpRequest.newBuilder(uri)
                        .timeout(ANSWER_TIMEOUT)
                        .header("User-Agent", AGENT)
                        .method(request.method(), body(request));
        request.headers()
                .forEach((name, value) -> {
                    if (sameHost || !name.equals("Authorization")) {
                        builder.header(name, value);
                    }
                });
        try {
            // Where a redirect leads to another host, its certificate must be valid.
            return client(request.verified() || !sameHost)
                    .send(builder.build(), HttpResponse.BodyHandlers.ofInputStream());
        } catch (ConnectException e) {
            throw failure(request, connectText(uri, e), e);
        } catch (IOException e) {
            throw failure(request, String.valueOf(e.getMessage()), e);
        }
    }

    private static URI redirect(URI from, String location) throws IOException {
        try {
            URI target = from.resolve(location);
            boolean downgrade =
                    "https".equals(from.getScheme()) && !"https".equals(target.getScheme());
            if (target.getHost() == null || downgrade) {
                throw new IOException("refused redirect from " + from + " to " + location);
            }
            return target;
        } catch (IllegalArgumentException e) {
            throw new IOException("invalid redirect from " + from, e);
        }
    }

    private static HttpRequest.BodyPublisher body(Request request) {
        return request.form().isEmpty()
                ? HttpRequest.BodyPublishers.noBody()
                : HttpRequest.BodyPublishers.ofString(request.form());
    }

    private static IOException failure(Request request, String why, @Nullable Exception cause) {
        String method =
                request.method().charAt(0)
                        + request.method().substring(1).toLowerCase(java.util.Locale.ROOT);
        return new IOException(method + " \"" + request.uri() + "\": " + why, cause);
    }

    private static String connectText(URI uri, ConnectException e) {
        if (e.getCause() instanceof ConnectException inner
                && inner.getCause() instanceof UnresolvedAddressException) {
            return "dial tcp: lookup " + uri.getHost() + ": no such host";
        }
        int port = uri.getPort() >= 0 ? uri.getPort() : uri.getScheme().equals("http") ? 80 : 443;
        return "dial tcp " + uri.getHost() + ":" + port + ": connect: connection refused";
    }

    private HttpClient client(boolean verified) {
        synchronized (lock) {
            if (verified) {
                verifying = verifying == null ? builder().build() : verifying;
                return verifying;
            }
            trusting = trusting == null ? builder().sslContext(trustAll()).build() : trusting;
            return trusting;
        }
    }

    private static HttpClient.Builder builder() {
        Executor threads =
                Executors.newThreadPerTaskExecutor(
                        Thread.ofVirtual().name("registry-", 0).factory());
        return HttpClient.newBuilder()
                .connectTimeout(CONNECT_TIMEOUT)
                .followRedirects(HttpClient.Redirect.NEVER)
                .executor(threads);
    }

    private static SSLContext trustAll() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new TrustsAll()}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** For registries that were declared insecure: takes any certificate for any name. */
    private static final class TrustsAll extends X509ExtendedTrustManager {

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
