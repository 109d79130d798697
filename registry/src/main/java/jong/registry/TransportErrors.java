package jong.registry;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Locale;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import jong.registry.hosts.Endpoint;
import org.jspecify.annotations.Nullable;

/** Says what is wrong with a connection in Go's words, which docker users know. */
final class TransportErrors {

    private TransportErrors() {}

    /** How Go's errors of requests begin: {@code Get "https://host/v2/": }. */
    static String prefix(String method, URI uri) {
        String name = method.charAt(0) + method.substring(1).toLowerCase(Locale.ROOT);
        return name + " \"" + withoutQuery(uri) + "\": ";
    }

    /** A server that cannot be reached is named by the question docker would ask it first. */
    static IOException describe(
            Transport.Request request, Endpoint endpoint, @Nullable URI proxy, IOException e) {
        URI uri = request.uri();
        URI first = Transport.sameHost(uri, endpoint.base()) ? endpoint.ping() : uri;
        if (e instanceof ConnectException || e instanceof HttpConnectTimeoutException) {
            return new Unreachable(prefix("GET", first) + connecting(uri, proxy, e), e);
        }
        if (e instanceof SSLException ssl) {
            return new SSLException(prefix("GET", first) + handshake(ssl), e);
        }
        String why =
                e instanceof HttpTimeoutException
                        ? "net/http: timeout awaiting response headers"
                        : String.valueOf(e.getMessage());
        return new IOException(prefix(request.method(), uri) + why, e);
    }

    /** A failure to connect that keeps its kind, so that it is known for one. */
    private static final class Unreachable extends ConnectException {
        private static final long serialVersionUID = 1L;

        Unreachable(String message, IOException cause) {
            super(message);
            initCause(cause);
        }
    }

    /** Queries of uploads and redirects hold state and signatures. */
    private static String withoutQuery(URI uri) {
        String text = uri.toString();
        int query = text.indexOf('?');
        return query < 0 ? text : text.substring(0, query);
    }

    private static String connecting(URI uri, @Nullable URI proxy, IOException e) {
        return proxy == null ? dialling(uri, e) : "proxyconnect tcp: " + dialling(proxy, e);
    }

    private static String dialling(URI uri, IOException e) {
        if (find(e, UnresolvedAddressException.class) != null) {
            return "dial tcp: lookup " + uri.getHost() + ": no such host";
        }
        String why =
                e instanceof HttpConnectTimeoutException
                        ? "i/o timeout"
                        : "connect: connection refused";
        return "dial tcp " + uri.getHost() + ":" + Transport.port(uri) + ": " + why;
    }

    private static String handshake(SSLException e) {
        String text = String.valueOf(e.getMessage());
        if (text.contains("Unsupported or unrecognized SSL message")) {
            return "http: server gave HTTP response to HTTPS client";
        }
        if (!(e instanceof SSLHandshakeException)) {
            return "tls: " + text;
        }
        String certificate = "tls: failed to verify certificate: x509: ";
        if (find(e, CertificateExpiredException.class) != null
                || find(e, CertificateNotYetValidException.class) != null) {
            return certificate + "certificate has expired or is not yet valid";
        }
        if (text.contains("unable to find valid certification path")
                || find(e, CertPathValidatorException.class) != null) {
            return certificate + "certificate signed by unknown authority";
        }
        CertificateException other = find(e, CertificateException.class);
        return other == null ? "remote error: tls: " + text : certificate + other.getMessage();
    }

    private static <T extends Throwable> @Nullable T find(Throwable e, Class<T> kind) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (kind.isInstance(cause)) {
                return kind.cast(cause);
            }
        }
        return null;
    }
}
