package jong.registry.server.config;

import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import jong.registry.server.protocol.RepositoryName;

/**
 * The options of a cache of other registries. Each of them is {@code URL} or {@code DOMAIN=URL};
 * name and password are {@code VALUE} for the one without a domain, {@code DOMAIN=VALUE} for the
 * others.
 */
final class RemoteOptions {

    private static final String REMOTE = "proxy-remote";
    private static final String USERNAME = "proxy-username";
    private static final String PASSWORD_FILE = "proxy-password-file";

    private RemoteOptions() {}

    static List<ServerConfig.Remote> read(Settings settings) throws UsageException {
        Map<String, String> users = byDomain(settings, USERNAME);
        Map<String, String> passwords = byDomain(settings, PASSWORD_FILE);
        List<ServerConfig.Remote> remotes = new ArrayList<>();
        Set<String> known = new HashSet<>();
        for (var entry : byDomain(settings, REMOTE).entrySet()) {
            String domain = entry.getKey();
            URI url = ServerConfig.url(REMOTE, entry.getValue());
            String password = passwords.get(domain);
            remotes.add(
                    new ServerConfig.Remote(
                            namespace(domain),
                            url,
                            users.getOrDefault(domain, ""),
                            password == null ? null : Path.of(password)));
            known.add(domain);
        }
        requireKnown(USERNAME, users.keySet(), known);
        requireKnown(PASSWORD_FILE, passwords.keySet(), known);
        return remotes;
    }

    /** What is before the first {@code =}, if it can be a domain, says which registry is meant. */
    private static Map<String, String> byDomain(Settings settings, String option)
            throws UsageException {
        Map<String, String> values = new HashMap<>();
        for (String text : settings.texts(option)) {
            int equals = text.indexOf('=');
            boolean named = equals > 0 && text.substring(0, equals).matches("[a-z0-9.:-]+");
            String domain = named ? text.substring(0, equals) : "";
            if (values.put(domain, named ? text.substring(equals + 1) : text) != null) {
                throw new UsageException(
                        option + " was given twice for " + (named ? domain : "the same registry"));
            }
        }
        return values;
    }

    private static String namespace(String domain) throws UsageException {
        String namespace = domain.replace(':', '_');
        if (!domain.isEmpty() && !RepositoryName.isValid(namespace)) {
            throw new UsageException(REMOTE + ": \"" + domain + "\" is no domain of a registry");
        }
        return namespace;
    }

    private static void requireKnown(String option, Set<String> domains, Set<String> known)
            throws UsageException {
        for (String domain : domains) {
            if (!known.contains(domain)) {
                throw new UsageException(
                        option
                                + " is for a registry that no proxy-remote names"
                                + (domain.isEmpty() ? "" : ": " + domain));
            }
        }
    }
}
