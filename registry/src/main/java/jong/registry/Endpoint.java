package jong.registry;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import jong.oci.reference.Reference;

/**
 * A place where a registry answers.
 *
 * @param base scheme, host and port
 * @param verified whether its certificate must be valid
 * @param mirror whether it stands in for another; it is told no credentials
 */
record Endpoint(URI base, boolean verified, boolean mirror) {

    private static final String HUB = "registry-1.docker.io";

    /** Where to ask for images of a domain, in order. */
    static List<Endpoint> of(String domain, RegistryOptions options) {
        List<Endpoint> endpoints = new ArrayList<>();
        if (domain.equals(Reference.DEFAULT_DOMAIN)) {
            for (String mirror : options.mirrors()) {
                URI base = URI.create(mirror.replaceFirst("/+$", ""));
                endpoints.add(new Endpoint(base, !options.isInsecure(base.getAuthority()), true));
            }
            endpoints.add(new Endpoint(URI.create("https://" + HUB), true, false));
            return endpoints;
        }
        boolean insecure = options.isInsecure(domain);
        endpoints.add(new Endpoint(URI.create("https://" + domain), !insecure, false));
        if (insecure) {
            endpoints.add(new Endpoint(URI.create("http://" + domain), false, false));
        }
        return endpoints;
    }

    /** The URI of a resource of a repository, such as {@code manifests/latest}. */
    URI resource(String repository, String resource) {
        return URI.create(base + "/v2/" + repository + "/" + resource);
    }
}
