package jong.cli.credentials;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Base64;
import jong.wire.json.Json;
import jong.wire.json.JsonObject;

/**
 * What a user proves to a registry with.
 *
 * @param server the registry, as the configuration file names it
 * @param username may be empty
 * @param password may be empty
 * @param identityToken what the registry gave in place of the password; may be empty
 */
public record Credentials(String server, String username, String password, String identityToken) {

    /** No credentials for {@code server}. */
    public static Credentials none(String server) {
        return new Credentials(server, "", "", "");
    }

    /** Whether there is nothing to prove anything with. */
    public boolean isEmpty() {
        return username.isEmpty() && identityToken.isEmpty();
    }

    /** Docker's {@code AuthConfig}. */
    public JsonObject toJson() {
        return new JsonObject()
                .withUnlessEmpty("username", username)
                .withUnlessEmpty("password", password)
                .withUnlessEmpty("serveraddress", isEmpty() ? "" : server)
                .withUnlessEmpty("identitytoken", identityToken);
    }

    /** The value of {@code X-Registry-Auth}. */
    public String header() {
        return Base64.getUrlEncoder().encodeToString(Json.writeBytes(toJson()));
    }

    /** The entry of the configuration file's {@code auths}. */
    JsonObject toEntry() {
        String pair = username + ":" + password;
        return new JsonObject()
                .with("auth", Base64.getEncoder().encodeToString(pair.getBytes(UTF_8)))
                .withUnlessEmpty("identitytoken", identityToken);
    }

    /** Reads an entry of {@code auths}; one whose {@code auth} is no base64 proves nothing. */
    static Credentials fromEntry(String server, JsonObject entry) {
        String pair;
        try {
            pair = new String(Base64.getDecoder().decode(entry.string("auth")), UTF_8);
        } catch (IllegalArgumentException e) {
            return none(server);
        }
        int colon = pair.indexOf(':');
        return new Credentials(
                server,
                colon < 0 ? entry.string("username") : pair.substring(0, colon),
                colon < 0 ? entry.string("password") : pair.substring(colon + 1),
                entry.string("identitytoken"));
    }

    /** The user alone. */
    @Override
    public String toString() {
        return "Credentials[" + username + " at " + server + "]";
    }
}
