package jong.registry.server;

import java.io.IOException;
import java.util.Map;
import jong.http.Exchange;
import jong.http.Fields;
import jong.oci.Digest;
import jong.registry.server.access.Visitor;
import jong.registry.server.protocol.Digests;
import jong.registry.server.protocol.RepositoryName;
import jong.wire.json.Json;
import jong.wire.json.JsonObject;

/**
 * A request to the registry whose sender was admitted. Belongs to the request's thread.
 *
 * @param http the request
 * @param variables the parts of its path by the names of the route's template
 * @param visitor who sent it
 */
record RegistryExchange(Exchange http, Map<String, String> variables, Visitor visitor) {

    /** A part of the path. */
    String path(String variable) {
        String value = variables.get(variable);
        if (value == null) {
            throw new IllegalArgumentException("the route has no variable " + variable);
        }
        return value;
    }

    /** The repository in the path; it is well-formed, as the request was admitted to it. */
    RepositoryName repository() {
        return new RepositoryName(path("name"));
    }

    /** The digest in the path; throws {@code DIGEST_INVALID}. */
    Digest digest() {
        return Digests.parse(path("digest"));
    }

    /** The fields of the query. */
    Fields query() {
        return http.target().query();
    }

    /** Answers with an object. */
    void json(int status, String contentType, JsonObject body) throws IOException {
        http.whole(status, contentType, Json.writeBytes(body));
    }
}
