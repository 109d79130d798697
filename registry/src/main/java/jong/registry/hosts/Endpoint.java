package jong.registry.hosts;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A place where a registry answers.
 *
 * @param base scheme, host, port and the path below which the API is, such as {@code
 *     https://registry.example/v2}
 * @param mirror whether it stands in for another; it is told no credentials
 * @param capabilities what it may be asked for
 * @param tls how its certificate is checked
 * @param headers what is sent with each request to it
 * @param namespace the registry that a mirror stands in for, which it is told as {@code ns}; empty
 *     if it needs no telling
 * @param dialTimeout how long the connection may take
 */
public record Endpoint(
        URI base,
        boolean mirror,
        Set<Capability> capabilities,
        TlsSettings tls,
        Map<String, List<String>> headers,
        String namespace,
        Duration dialTimeout) {

    /** How long a connection may take where nothing else is said. */
    static final Duration DIAL_TIMEOUT = Duration.ofSeconds(30);

    /** Copies the collections. */
    public Endpoint {
        capabilities = Set.copyOf(capabilities);
        headers = Map.copyOf(headers);
    }

    /** A registry itself: it can everything. */
    public static Endpoint of(String schemeAndHost, TlsSettings tls) {
        return new Endpoint(
                URI.create(schemeAndHost + "/v2"),
                false,
                Set.of(Capability.values()),
                tls,
                Map.of(),
                "",
                DIAL_TIMEOUT);
    }

    /** The URI of a resource of a repository, such as {@code manifests/latest}. */
    public URI resource(String repository, String resource) {
        String query = namespace.isEmpty() ? "" : "?ns=" + namespace;
        return URI.create(base + "/" + repository + "/" + resource + query);
    }

    /** The URI that tells whether this is a registry. */
    public URI ping() {
        return URI.create(base + "/");
    }

    /** Whether what goes there cannot be read on the way. */
    public boolean isSecure() {
        return "https".equals(base.getScheme()) && tls.verified();
    }
}
