package jong.registry.server.access;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import jong.http.Exchange;
import jong.registry.server.protocol.ErrorCode;
import jong.registry.server.protocol.RegistryException;
import jong.wire.json.Json;
import jong.wire.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * Lets everybody pull, and users do everything.
 *
 * <p>Basic authentication cannot say that: docker's clients ask {@code /v2/} whether a password is
 * needed, and hold to the answer. So this is a token service too, which gives tokens to everybody,
 * better ones to users. A token is good for some minutes and for the process that gave it; clients
 * get another one then.
 */
public final class AnonymousPull implements AccessControl {

    private static final String TOKEN_PATH = "/token";
    private static final Duration LIFE = Duration.ofMinutes(5);
    private static final String NOBODY = "";

    private final AccessControl users;
    private final SecretKeySpec key;

    /**
     * Makes it.
     *
     * @param users checks passwords
     */
    public AnonymousPull(AccessControl users) {
        this.users = users;
        var random = new byte[32];
        new SecureRandom().nextBytes(random);
        this.key = new SecretKeySpec(random, "HmacSHA256");
    }

    @Override
    public boolean answers(Exchange exchange) throws IOException {
        if (!exchange.target().path().equals(TOKEN_PATH)) {
            return false;
        }
        if (!exchange.method().equals("GET")) {
            exchange.empty(405); // Who tries OAuth's POST first goes on with GET then.
            return true;
        }
        boolean named = !exchange.header("Authorization").isEmpty();
        String name = named ? users.admit(exchange, List.of()).name() : NOBODY;
        String token = token(name, Instant.now());
        exchange.setHeader("Cache-Control", "no-store");
        exchange.whole(
                200,
                "application/json",
                Json.writeBytes(
                        new JsonObject()
                                .with("token", token)
                                .with("access_token", token)
                                .with("expires_in", LIFE.toSeconds())));
        return true;
    }

    private String token(String name, Instant now) {
        String claim = now.plus(LIFE).getEpochSecond() + ":" + name;
        return encoded(claim.getBytes(UTF_8)) + "." + encoded(keyed(claim));
    }

    private static String encoded(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private byte[] keyed(String claim) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            return mac.doFinal(claim.getBytes(UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HmacSHA256 is in every JDK", e);
        }
    }

    @Override
    public Visitor admit(Exchange exchange, List<Permission> needed) {
        String header = exchange.header("Authorization");
        if (header.regionMatches(true, 0, "Basic ", 0, "Basic ".length())) {
            return users.admit(exchange, needed);
        }
        boolean bearer = header.regionMatches(true, 0, "Bearer ", 0, "Bearer ".length());
        String name = bearer ? name(header.substring("Bearer ".length()).strip()) : NOBODY;
        if (name != null && !name.equals(NOBODY)) {
            return Visitor.unlimited(name);
        }
        // A request for nothing is the question whether a token is needed.
        boolean enough = bearer ? name != null : header.isEmpty() && !needed.isEmpty();
        if (enough && needed.stream().allMatch(AnonymousPull::isPull)) {
            return new Visitor(NOBODY, false, Map.of());
        }
        exchange.setHeader("WWW-Authenticate", challenge(exchange, needed));
        throw new RegistryException(ErrorCode.UNAUTHORIZED, "log in to do more than to pull");
    }

    private static boolean isPull(Permission permission) {
        return permission.type().equals("repository") && permission.action().equals("pull");
    }

    /** Whom a token was given to; null if it is none of ours or too old. */
    private @Nullable String name(String token) {
        try {
            String[] parts = token.split("\\.", 2);
            String claim = new String(Base64.getUrlDecoder().decode(parts[0]), UTF_8);
            byte[] mac = Base64.getUrlDecoder().decode(parts.length < 2 ? "" : parts[1]);
            if (!MessageDigest.isEqual(mac, keyed(claim))) {
                return null;
            }
            int colon = claim.indexOf(':');
            var end = Instant.ofEpochSecond(Long.parseLong(claim.substring(0, colon)));
            return Instant.now().isBefore(end) ? claim.substring(colon + 1) : null;
        } catch (IllegalArgumentException _) {
            return null; // Not Base64.
        }
    }

    /** The service is where the client has found the registry, perhaps through a proxy. */
    private static String challenge(Exchange exchange, List<Permission> needed) {
        boolean secure = exchange.secure() || exchange.header("X-Forwarded-Proto").equals("https");
        String host = exchange.header("Host").replaceAll("[^a-zA-Z0-9.:\\[\\]-]", "");
        var challenge = new StringBuilder("Bearer realm=\"");
        challenge.append(secure ? "https://" : "http://").append(host).append(TOKEN_PATH);
        challenge.append("\",service=\"").append(host).append('"');
        if (!needed.isEmpty()) {
            Permission first = needed.getFirst();
            List<String> actions = needed.stream().map(Permission::action).toList();
            challenge.append(",scope=\"").append(first.type()).append(':').append(first.name());
            challenge.append(':').append(String.join(",", actions)).append('"');
        }
        return challenge.toString();
    }
}
