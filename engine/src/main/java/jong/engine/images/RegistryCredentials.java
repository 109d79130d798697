package jong.engine.images;

import java.util.Base64;
import java.util.function.Function;
import jong.engine.rest.Exchange;
import jong.registry.RegistryAuth;
import jong.wire.json.Json;
import jong.wire.json.JsonException;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException.InvalidArgument;
import org.jspecify.annotations.Nullable;

/** Reads what a client proves to a registry with. */
public final class RegistryCredentials {

    private static final String HEADER = "X-Registry-Auth";
    private static final String ALL_HEADER = "X-Registry-Config";

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

    /**
     * What the header {@code X-Registry-Config} has for each registry, by the domain of names: JSON
     * in base64, an {@code AuthConfig} for each.
     *
     * @throws InvalidArgument if it is anything else
     */
    public static Function<String, RegistryAuth> each(Exchange exchange) {
        JsonObject all;
        try {
            byte[] json = Base64.getUrlDecoder().decode(exchange.header(ALL_HEADER));
            all = json.length == 0 ? new JsonObject() : Json.parseObject(json);
        } catch (IllegalArgumentException | JsonException _) {
            throw new InvalidArgument("invalid " + ALL_HEADER + " header"); // Hides its secrets.
        }
        return domain ->
                all.has(domain)
                        ? RegistryAuth.fromJson(all.object(domain))
                        : RegistryAuth.ANONYMOUS;
    }

    private static @Nullable JsonObject body(Exchange exchange) {
        try {
            return exchange.optionalBody();
        } catch (InvalidArgument _) {
            return null; // Its text may hold parts of a secret.
        }
    }
}
