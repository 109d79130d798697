package jong.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import jong.wire.json.Json;
import jong.wire.json.JsonException;
import jong.wire.json.JsonObject;

/**
 * Answers a registry's challenges for one repository: Basic, or Bearer with a token from the
 * registry's token service (distribution, docs/spec/auth).
 *
 * <p>A token is kept until the registry refuses it. May be used by several threads at once: the
 * value is one immutable text.
 */
final class Authorizer {

    private static final int MAX_TOKEN_BYTES = 1 << 20;
    private static final String CLIENT_ID = "jong";

    private final Transport transport;
    private final RegistryAuth auth;
    private final String scope;
    private volatile String header = "";

    Authorizer(Transport transport, RegistryAuth auth, String repository) {
        this.transport = transport;
        this.auth = auth;
        this.scope = "repository:" + repository + ":pull";
    }

    /** The value of {@code Authorization}, or {@code ""} as long as none is needed. */
    String header() {
        return header;
    }

    /**
     * Gets what the challenges ask for.
     *
     * @param endpoint who asks: decides whether tokens may come by plain HTTP
     * @param refused the header that was refused
     * @return false if there is nothing more to offer
     */
    boolean answer(Endpoint endpoint, List<Challenge> challenges, String refused)
            throws IOException, InterruptedException {
        if (!header.equals(refused)) {
            return true; // Another thread has got a new one meanwhile.
        }
        for (Challenge challenge : challenges) {
            String value =
                    switch (challenge.scheme()) {
                        case "bearer" -> bearer(endpoint, challenge);
                        case "basic" -> auth.username().isEmpty() ? "" : basic();
                        default -> "";
                    };
            if (!value.isEmpty() && !value.equals(refused)) {
                header = value;
                return true;
            }
        }
        return false;
    }

    private String basic() {
        String pair = auth.username() + ":" + auth.password();
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(UTF_8));
    }

    private String bearer(Endpoint endpoint, Challenge challenge)
            throws IOException, InterruptedException {
        if (!auth.registryToken().isEmpty()) {
            return "Bearer " + auth.registryToken();
        }
        URI realm = realm(endpoint, challenge);
        String query =
                "service="
                        + encode(challenge.parameter("service"))
                        + "&scope="
                        + encode(
                                challenge.parameter("scope").isEmpty()
                                        ? scope
                                        : challenge.parameter("scope"));
        Transport.Request request;
        if (!auth.identityToken().isEmpty()) {
            String form =
                    query
                            + "&grant_type=refresh_token&client_id="
                            + CLIENT_ID
                            + "&refresh_token="
                            + encode(auth.identityToken());
            request =
                    new Transport.Request(
                            "POST",
                            realm,
                            endpoint.verified(),
                            Map.of("Content-Type", "application/x-www-form-urlencoded"),
                            form);
        } else {
            String separator = realm.getRawQuery() == null ? "?" : "&";
            String account = auth.username().isEmpty() ? "" : "&account=" + encode(auth.username());
            request =
                    Transport.Request.get(
                            URI.create(realm + separator + query + account),
                            endpoint.verified(),
                            auth.username().isEmpty()
                                    ? Map.of()
                                    : Map.of("Authorization", basic()));
        }
        return "Bearer " + token(transport.send(request));
    }

    /** A token service is trusted as far as the registry is: not by plain HTTP if that is not. */
    private static URI realm(Endpoint endpoint, Challenge challenge) throws IOException {
        try {
            URI realm = URI.create(challenge.parameter("realm"));
            boolean plain = "http".equals(realm.getScheme()) && !endpoint.verified();
            if (realm.getHost() != null && (plain || "https".equals(realm.getScheme()))) {
                return realm;
            }
        } catch (IllegalArgumentException e) {
            throw new IOException("invalid token realm of " + endpoint.base(), e);
        }
        throw new IOException(
                "refused token realm \""
                        + challenge.parameter("realm")
                        + "\" of "
                        + endpoint.base());
    }

    private static String token(HttpResponse<InputStream> response) throws IOException {
        try (InputStream body = response.body()) {
            byte[] bytes = body.readNBytes(MAX_TOKEN_BYTES);
            if (response.statusCode() != 200) {
                throw RegistryErrors.of(response, bytes);
            }
            JsonObject json = Json.parseObject(bytes);
            String token = json.string("token", json.string("access_token"));
            if (token.isEmpty() || !token.matches("[\\x21-\\x7e]+")) {
                throw new IOException("no token in the answer of " + response.uri());
            }
            return token;
        } catch (JsonException e) {
            throw new IOException("no token in the answer of " + response.uri(), e);
        }
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, UTF_8);
    }
}
