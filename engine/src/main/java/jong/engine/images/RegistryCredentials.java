package jong.engine.images;

import jong.engine.rest.Exchange;
import jong.registry.RegistryAuth;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException.InvalidArgument;
import org.jspecify.annotations.Nullable;

/** Reads what a client proves to a registry with. */
final class RegistryCredentials {

    private static final String HEADER = "X-Registry-Auth";

    private RegistryCredentials() {}

    /** From the header; one that is missing or cannot be read is no proof, as with dockerd. */
    static RegistryAuth optional(Exchange exchange) {
        try {
            return RegistryAuth.fromHeader(exchange.header(HEADER));
        } catch (InvalidArgument _) {
            return RegistryAuth.ANONYMOUS;
        }
    }

    /**
     * From the header, or from the body where old clients have it; either must be there.
     *
     * @throws InvalidArgument with dockerd's text
     */
    static RegistryAuth required(Exchange exchange) {
        if (!exchange.header(HEADER).isEmpty()) {
            return optional(exchange);
        }
        JsonObject body = body(exchange);
        if (body == null) {
            throw new InvalidArgument(
                    "bad parameters and missing X-Registry-Auth: invalid X-Registry-Auth header:"
                            + " EOF");
        }
        return RegistryAuth.fromJson(body);
    }

    private static @Nullable JsonObject body(Exchange exchange) {
        try {
            return exchange.optionalBody();
        } catch (InvalidArgument _) {
            return null; // Its text may hold parts of a secret.
        }
    }
}
