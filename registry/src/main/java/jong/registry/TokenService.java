package jong.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import jong.registry.hosts.Endpoint;
import jong.wire.json.Json;
import jong.wire.json.JsonException;
import jong.wire.json.JsonObject;

/**
 * Gets bearer tokens where a registry's challenge says (distribution, docs/spec/auth/token and
 * oauth).
 */
final class TokenService {

    private static final int MAX_TOKEN_BYTES = 1 << 20;

    /** The specification's lifetime of tokens that do not tell theirs, and the least. */
    private static final long LEAST_SECONDS = 60;

    private static final String CLIENT_ID = "jong";

    private final Transport transport;

    TokenService(Transport transport) {
        this.transport = transport;
    }

    /**
     * A token.
     *
     * @param value what is sent
     * @param refreshToken what further tokens may be had with, or {@code ""}
     * @param expires {@link System#nanoTime} from which on it is not used any more
     */
    record Token(String value, String refreshToken, long expires) {

        boolean isFresh() {
            return expires - System.nanoTime() > 0;
        }

        /** Without the secret. */
        @Override
        public String toString() {
            return "Token[…]";
        }
    }

    /**
     * Asks for a token.
     *
     * @param endpoint who asked for it: decides whether tokens may come by plain HTTP
     * @param offline whether a refresh token is wanted too
     * @throws jong.wire.status.StatusException with the service's reason
     */
    Token token(
            Endpoint endpoint,
            Challenge challenge,
            Scopes scopes,
            RegistryAuth auth,
            boolean offline)
            throws IOException, InterruptedException {
        URI realm = realm(endpoint, challenge);
        if (!auth.identityToken().isEmpty()) {
            var response = transport.sendSecret(endpoint, refresh(realm, challenge, scopes, auth));
            // Services without OAuth say so in several ways, ECR's by 400.
            boolean unknown = Set.of(400, 404, 405).contains(response.statusCode());
            if (!unknown || auth.password().isEmpty()) {
                return read(response, auth.identityToken());
            }
            response.body().close(); // A service without OAuth; the password may do.
        }
        return read(transport.send(endpoint, basic(realm, challenge, scopes, auth, offline)), "");
    }

    private static Transport.Request refresh(
            URI realm, Challenge challenge, Scopes scopes, RegistryAuth auth) {
        byte[] form =
                ("grant_type=refresh_token&client_id="
                                + CLIENT_ID
                                + "&service="
                                + encode(challenge.parameter("service"))
                                + "&scope="
                                + encode(String.join(" ", scopes.texts()))
                                + "&refresh_token="
                                + encode(auth.identityToken()))
                        .getBytes(UTF_8);
        return new Transport.Request(
                "POST",
                realm,
                Map.of("Content-Type", "application/x-www-form-urlencoded"),
                Transport.Body.of(() -> new ByteArrayInputStream(form), form.length));
    }

    private static Transport.Request basic(
            URI realm, Challenge challenge, Scopes scopes, RegistryAuth auth, boolean offline) {
        var query = new StringBuilder(realm.toString());
        query.append(realm.getRawQuery() == null ? '?' : '&');
        query.append("service=").append(encode(challenge.parameter("service")));
        for (String scope : scopes.texts()) {
            query.append("&scope=").append(encode(scope));
        }
        if (offline) {
            query.append("&offline_token=true&client_id=").append(CLIENT_ID);
        }
        if (auth.username().isEmpty()) {
            return Transport.Request.of("GET", URI.create(query.toString()), Map.of());
        }
        query.append("&account=").append(encode(auth.username()));
        return Transport.Request.of(
                "GET", URI.create(query.toString()), Map.of("Authorization", auth.basic()));
    }

    /** A token service is trusted as far as the registry is: not by plain HTTP if that is not. */
    private static URI realm(Endpoint endpoint, Challenge challenge) throws IOException {
        try {
            URI realm = URI.create(challenge.parameter("realm"));
            boolean plain = "http".equals(realm.getScheme()) && !endpoint.isSecure();
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

    private static Token read(HttpResponse<InputStream> response, String refreshToken)
            throws IOException {
        try (InputStream body = response.body()) {
            byte[] bytes = body.readNBytes(MAX_TOKEN_BYTES);
            if (response.statusCode() != 200) {
                throw RegistryErrors.of(response, bytes);
            }
            JsonObject json = Json.parseObject(bytes);
            String token = json.string("token", json.string("access_token"));
            if (!token.matches("[\\x21-\\x7e]+")) {
                throw new IOException(
                        "authorization server did not include a token in the response");
            }
            long seconds = Math.max(LEAST_SECONDS, json.number("expires_in"));
            // A tenth early: what is sent must not expire on its way.
            long nanos = Duration.ofSeconds(Math.min(seconds, 86_400)).toNanos() / 10 * 9;
            return new Token(
                    token, json.string("refresh_token", refreshToken), System.nanoTime() + nanos);
        } catch (JsonException _) {
            // The cause's text may hold parts of a token.
            throw new IOException("unable to decode token response of " + response.uri().getHost());
        }
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, UTF_8);
    }
}
