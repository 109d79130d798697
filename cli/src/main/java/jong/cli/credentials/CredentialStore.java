package jong.cli.credentials;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import jong.cli.connect.ConfigFile;
import jong.cli.failure.CommandException;
import jong.wire.json.JsonObject;

/**
 * The user's credentials: with the helper that the configuration file names for the registry
 * ({@code credHelpers}) or for all ({@code credsStore}), or in the file itself ({@code auths}).
 */
public final class CredentialStore {

    /** What the configuration file calls Docker Hub. */
    public static final String HUB = "https://index.docker.io/v1/";

    private static final String AUTHS = "auths";

    private final ConfigFile config;
    private final Map<String, String> environment;

    /** The credentials of a configuration file. */
    public CredentialStore(ConfigFile config, Map<String, String> environment) {
        this.config = config;
        this.environment = environment;
    }

    /** The file's name for a registry, given by itself or by an image's domain. */
    public static String key(String registry) {
        return registry.isEmpty() || registry.equals("docker.io") || registry.equals(HUB)
                ? HUB
                : hostname(registry);
    }

    /** Scheme and path do not count, except for the hub's. */
    static String hostname(String server) {
        String host = server.replaceFirst("^https?://", "");
        int slash = host.indexOf('/');
        return slash < 0 ? host : host.substring(0, slash);
    }

    /**
     * The credentials for a registry; empty ones if there are none.
     *
     * @throws CommandException if a helper fails
     */
    public Credentials get(String server) {
        String helper = helper(server);
        if (!helper.isEmpty()) {
            return new CredentialHelper(helper, environment).get(server);
        }
        JsonObject auths = config.json().object(AUTHS);
        if (auths.has(server)) {
            return Credentials.fromEntry(server, auths.object(server));
        }
        // Old clients wrote addresses.
        for (String known : auths.keySet()) {
            if (!server.equals(HUB) && hostname(known).equals(hostname(server))) {
                return Credentials.fromEntry(server, auths.object(known));
            }
        }
        return Credentials.none(server);
    }

    /** Like {@link #get}, but a helper that fails is as good as none: for pulls and pushes. */
    public Credentials find(String server) {
        try {
            return get(server);
        } catch (CommandException e) {
            return Credentials.none(server);
        }
    }

    /**
     * Keeps credentials.
     *
     * @return whether a secret was written to the file, as plain text, that was not there before
     */
    public boolean store(Credentials credentials) throws IOException {
        String helper = helper(credentials.server());
        JsonObject auths = config.json().object(AUTHS);
        JsonObject entry = new JsonObject();
        if (helper.isEmpty()) {
            entry = credentials.toEntry();
        } else {
            new CredentialHelper(helper, environment).store(credentials);
        }
        boolean changed = !auths.object(credentials.server()).equals(entry);
        auths.put(credentials.server(), entry);
        config.json().put(AUTHS, auths);
        config.save();
        return changed && helper.isEmpty() && !credentials.password().isEmpty();
    }

    /** Forgets the credentials for a registry, under all names that it may have. */
    public void erase(String server) throws IOException {
        String host = hostname(server);
        List<String> keys =
                server.equals(HUB)
                        ? List.of(server)
                        : List.of(server, host, "http://" + host, "https://" + host);
        String helper = helper(server);
        JsonObject auths = config.json().object(AUTHS);
        for (String key : keys.stream().distinct().toList()) {
            if (!helper.isEmpty()) {
                new CredentialHelper(helper, environment).erase(key);
            }
            auths.remove(key);
        }
        if (config.json().has(AUTHS)) {
            config.json().put(AUTHS, auths);
            config.save();
        }
    }

    private String helper(String server) {
        String own = config.json().object("credHelpers").string(server);
        return own.isEmpty() ? config.text("credsStore") : own;
    }
}
