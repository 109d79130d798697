package jong.registry.hosts;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import jong.oci.reference.Reference;

/** Finds the endpoints of a registry, in the order in which they are asked. */
public final class Hosts {

    private static final String HUB = "registry-1.docker.io";

    private final List<String> mirrors;
    private final InsecureRegistries insecure;

    /**
     * Knows what the daemon was told.
     *
     * @param mirrors base URLs that are asked before docker.io
     */
    public Hosts(List<String> mirrors, InsecureRegistries insecure) {
        this.mirrors = List.copyOf(mirrors);
        this.insecure = insecure;
    }

    /**
     * The endpoints of a domain that can what is wanted, the last of them the registry itself.
     *
     * @param domain host with or without port, or {@code docker.io}
     */
    public List<Endpoint> of(String domain, Capability wanted) {
        List<Endpoint> endpoints = new ArrayList<>();
        if (domain.equals(Reference.DEFAULT_DOMAIN)) {
            mirrors.forEach(mirror -> endpoints.add(mirror(mirror)));
        }
        endpoints.addAll(direct(domain));
        return endpoints.stream().filter(e -> e.capabilities().contains(wanted)).toList();
    }

    private Endpoint mirror(String url) {
        URI base = URI.create(url.replaceFirst("/+$", "") + "/v2");
        return new Endpoint(
                base,
                true,
                Set.of(Capability.PULL, Capability.RESOLVE),
                tls(base.getAuthority()),
                Map.of(),
                "");
    }

    private List<Endpoint> direct(String domain) {
        String host = domain.equals(Reference.DEFAULT_DOMAIN) ? HUB : domain;
        var secure = Endpoint.of("https://" + host, tls(host));
        return insecure.contains(host)
                ? List.of(secure, Endpoint.of("http://" + host, TlsSettings.UNVERIFIED))
                : List.of(secure);
    }

    private TlsSettings tls(String host) {
        return insecure.contains(host) ? TlsSettings.UNVERIFIED : TlsSettings.SYSTEM;
    }
}
