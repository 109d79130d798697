package jong.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.util.List;
import java.util.Map;
import jong.oci.reference.Reference;
import jong.registry.hosts.Capability;
import jong.registry.hosts.Endpoint;
import jong.wire.json.Json;
import jong.wire.json.JsonException;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException;

/** A search in the index of a registry: {@code GET /v1/search}. */
final class IndexSearch {

    private static final String HUB_INDEX = "https://index.docker.io";
    private static final int MAX_BYTES = 4 << 20;

    private final RegistryClient client;
    private final Transport transport;
    private final RegistryAuth auth;

    IndexSearch(RegistryClient client, Transport transport, RegistryAuth auth) {
        this.client = client;
        this.transport = transport;
        this.auth = auth;
    }

    List<JsonObject> run(String term, int limit) throws IOException, InterruptedException {
        if (term.contains("://")) {
            throw new StatusException.InvalidArgument(
                    "invalid repository name: repository name ("
                            + term
                            + ") should not have a scheme");
        }
        int slash = term.indexOf('/');
        String first = slash < 0 ? "" : term.substring(0, slash);
        boolean named = first.contains(".") || first.contains(":") || first.equals("localhost");
        boolean hub = !named || first.equals("docker.io") || first.equals("index.docker.io");
        String rest = named ? term.substring(slash + 1) : term;
        String wanted = hub && rest.startsWith("library/") ? rest.substring(8) : rest;
        return client.ask(
                hub ? Reference.DEFAULT_DOMAIN : first,
                Capability.PUSH, // No mirror has an index.
                endpoint -> {
                    String base =
                            hub
                                    ? HUB_INDEX
                                    : endpoint.base().getScheme()
                                            + "://"
                                            + endpoint.base().getAuthority();
                    String query = "/v1/search?q=" + encode(wanted) + "&n=" + limit;
                    return read(endpoint, URI.create(base + query));
                });
    }

    private List<JsonObject> read(Endpoint endpoint, URI uri)
            throws IOException, InterruptedException {
        Map<String, String> headers =
                auth.username().isEmpty() ? Map.of() : Map.of("Authorization", auth.basic());
        var response = transport.send(endpoint, Transport.Request.of("GET", uri, headers));
        try (InputStream body = response.body()) {
            if (response.statusCode() != 200) {
                throw new StatusException.Internal(
                        "Unexpected status code " + response.statusCode());
            }
            return Json.parseObject(body.readNBytes(MAX_BYTES)).objects("results");
        } catch (JsonException e) {
            throw new StatusException.Internal(
                    "error decoding registry search results: " + e.getMessage(), e);
        }
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, UTF_8);
    }
}
