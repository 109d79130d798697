package jong.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Base64;
import jong.wire.json.Json;
import jong.wire.json.JsonException;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException;

/**
 * What a user proves to a registry with. At most one way is used: a registry token as it is, an
 * identity token to get one, or name and password. Never printed: {@link #toString} hides it.
 *
 * @param username may be empty
 * @param password may be empty
 * @param identityToken a refresh token of the registry's token service; may be empty
 * @param registryToken a bearer token to be sent as it is; may be empty
 */
public record RegistryAuth(
        String username, String password, String identityToken, String registryToken) {

    /** Nobody in particular. */
    public static final RegistryAuth ANONYMOUS = new RegistryAuth("", "", "", "");

    /**
     * Reads the value of a request's {@code X-Registry-Auth}: base64url of JSON. Empty text is
     * nobody.
     *
     * @throws StatusException.InvalidArgument if it is neither
     */
    public static RegistryAuth fromHeader(String value) {
        if (value.isEmpty()) {
            return ANONYMOUS;
        }
        try {
            // Clients differ in alphabet and padding; dockerd takes them all.
            String text = value.replace('+', '-').replace('/', '_').replace("=", "");
            return fromJson(Json.parseObject(Base64.getUrlDecoder().decode(text)));
        } catch (IllegalArgumentException | JsonException e) {
            // The cause's text may hold parts of the secret.
            throw new StatusException.InvalidArgument("invalid X-Registry-Auth header");
        }
    }

    /** Reads docker's {@code AuthConfig}. */
    public static RegistryAuth fromJson(JsonObject json) {
        return new RegistryAuth(
                json.string("username"),
                json.string("password"),
                json.string("identitytoken"),
                json.string("registrytoken"));
    }

    /** Whether there is nothing to prove anything with. */
    public boolean isAnonymous() {
        return username.isEmpty() && identityToken.isEmpty() && registryToken.isEmpty();
    }

    /** Name and password as the value of {@code Authorization}. */
    String basic() {
        String pair = username + ":" + password;
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(UTF_8));
    }

    /** The name alone. */
    @Override
    public String toString() {
        return "RegistryAuth[" + (isAnonymous() ? "anonymous" : username) + "]";
    }
}
