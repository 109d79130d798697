package jong.registry.server.config;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import jong.http.ListenAddress;
import jong.registry.server.access.TokenSettings;
import jong.registry.server.storage.CollectionRules;
import org.jspecify.annotations.Nullable;

/**
 * How a registry serves.
 *
 * @param root where everything is kept
 * @param listen where it serves
 * @param tls its certificate, or null for plain HTTP
 * @param users its users and tokens
 * @param readOnly whether every change is refused
 * @param deletable whether content may be deleted
 * @param maxManifestBytes the largest manifest
 * @param remotes the registries that it is a cache of, may be none
 * @param hooks the web hooks that events go to
 * @param metrics where metrics are served, or null
 * @param collection how garbage is collected
 * @param collectionInterval how often, zero for only when asked
 * @param logLevel {@code debug}, {@code info}, {@code warn} or {@code error}
 */
public record ServerConfig(
        Path root,
        List<ListenAddress> listen,
        @Nullable TlsFiles tls,
        Users users,
        boolean readOnly,
        boolean deletable,
        int maxManifestBytes,
        List<Remote> remotes,
        List<URI> hooks,
        ListenAddress.@Nullable Tcp metrics,
        CollectionRules collection,
        Duration collectionInterval,
        String logLevel) {

    /**
     * PEM files.
     *
     * @param clientAuthorities who must have signed clients' certificates, null for no such need
     */
    public record TlsFiles(Path certificate, Path key, @Nullable Path clientAuthorities) {}

    /**
     * Who is let in: at most one of the two ways, everybody if none.
     *
     * @param htpasswd a file of users, or null
     * @param realm what they log in to
     * @param anonymousPull whether others may pull
     * @param tokens what tokens must say, or null
     * @param jwks the keys that tokens must match, null without tokens
     */
    public record Users(
            @Nullable Path htpasswd,
            String realm,
            boolean anonymousPull,
            @Nullable TokenSettings tokens,
            @Nullable Path jwks) {}

    /**
     * A registry that this one is a cache of.
     *
     * @param namespace what its repositories' names begin with here, {@code ""} for nothing
     * @param url where it is
     * @param username {@code ""} for nobody
     * @param passwordFile a file whose first line is the password, or null
     */
    public record Remote(String namespace, URI url, String username, @Nullable Path passwordFile) {}

    private static final String DEFAULT_ROOT = "/var/lib/jong-registry";
    private static final String DEFAULT_LISTEN = "127.0.0.1:5000";

    /** While others push, a shorter grace period could take what they are about to refer to. */
    private static final Duration SHORTEST_GRACE = Duration.ofMinutes(1);

    /** Copies the lists. */
    public ServerConfig {
        listen = List.copyOf(listen);
        remotes = List.copyOf(remotes);
        hooks = List.copyOf(hooks);
    }

    /**
     * Reads the options.
     *
     * @param flags the command line behind the command
     * @param environment variables {@code JONG_REGISTRY_…}
     * @throws UsageException if an option is unknown or its value of no use
     * @throws IOException if the configuration file cannot be read
     */
    public static ServerConfig of(List<String> flags, Map<String, String> environment)
            throws UsageException, IOException {
        Settings settings = Settings.of(flags, environment);
        String metrics = settings.text("metrics", "");
        List<Remote> remotes = RemoteOptions.read(settings);
        return new ServerConfig(
                Path.of(settings.text("root", DEFAULT_ROOT)).toAbsolutePath().normalize(),
                addresses(settings),
                tls(settings),
                users(settings),
                settings.flag("read-only") || !remotes.isEmpty(),
                settings.flag("delete"),
                settings.size("max-manifest-size", "4m"),
                remotes,
                urls(settings),
                metrics.isEmpty() ? null : tcp("metrics", metrics),
                collection(settings, !remotes.isEmpty()),
                settings.time("gc-interval", "24h"),
                level(settings));
    }

    /** One line per option, for the help. */
    public static String usage() {
        var text = new StringBuilder();
        for (OptionSpec option : OptionTable.ALL) {
            String flag = "--" + option.name() + (option.isSwitch() ? "" : " " + option.value());
            text.append("  %-28s %s%n".formatted(flag, option.help()));
        }
        return text.toString();
    }

    private static List<ListenAddress> addresses(Settings settings) throws UsageException {
        List<String> texts =
                settings.has("listen") ? settings.texts("listen") : List.of(DEFAULT_LISTEN);
        List<ListenAddress> addresses = new ArrayList<>();
        for (String text : texts) {
            addresses.add(
                    text.startsWith("unix://") ? ListenAddress.parse(text) : tcp("listen", text));
        }
        return addresses;
    }

    private static ListenAddress.Tcp tcp(String option, String text) throws UsageException {
        int colon = text.lastIndexOf(':');
        try {
            String host = text.substring(0, Math.max(colon, 0));
            int port = Integer.parseInt(text.substring(colon + 1));
            var address =
                    host.isEmpty()
                            ? new InetSocketAddress(port)
                            : new InetSocketAddress(host, port);
            if (colon >= 0 && !address.isUnresolved()) {
                return new ListenAddress.Tcp(address);
            }
        } catch (IllegalArgumentException _) {
            // Refused below.
        }
        throw new UsageException(
                "invalid value \"" + text + "\" of option " + option + ": not HOST:PORT");
    }

    private static @Nullable TlsFiles tls(Settings settings) throws UsageException {
        Path certificate = settings.path("tls-cert");
        Path key = settings.path("tls-key");
        if (certificate == null && key == null) {
            if (settings.has("tls-client-ca")) {
                throw new UsageException("tls-client-ca needs tls-cert and tls-key");
            }
            return null;
        }
        if (certificate == null || key == null) {
            throw new UsageException("tls-cert and tls-key must be given together");
        }
        return new TlsFiles(certificate, key, settings.path("tls-client-ca"));
    }

    private static Users users(Settings settings) throws UsageException {
        Path htpasswd = settings.path("htpasswd");
        String realm = settings.text("htpasswd-realm", "Registry");
        boolean anonymousPull = settings.flag("anonymous-pull");
        if (anonymousPull && htpasswd == null) {
            throw new UsageException("anonymous-pull needs htpasswd");
        }
        List<String> names = List.of("token-realm", "token-service", "token-issuer", "token-jwks");
        long given = names.stream().filter(settings::has).count();
        if (given == 0) {
            return new Users(htpasswd, realm, anonymousPull, null, null);
        }
        if (given < names.size()) {
            throw new UsageException(String.join(", ", names) + " must be given together");
        }
        if (htpasswd != null) {
            throw new UsageException("htpasswd and tokens cannot be used together");
        }
        var tokens =
                new TokenSettings(
                        settings.text("token-realm", ""),
                        settings.text("token-service", ""),
                        settings.text("token-issuer", ""));
        return new Users(null, realm, false, tokens, settings.path("token-jwks"));
    }

    private static List<URI> urls(Settings settings) throws UsageException {
        List<URI> urls = new ArrayList<>();
        for (String text : settings.texts("notify")) {
            urls.add(url("notify", text));
        }
        return urls;
    }

    static URI url(String option, String text) throws UsageException {
        try {
            var url = URI.create(text);
            boolean web = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
            if (web && url.getHost() != null) {
                return url;
            }
        } catch (IllegalArgumentException _) {
            // Refused below.
        }
        throw new UsageException(
                "invalid value \"" + text + "\" of option " + option + ": not a URL of the web");
    }

    private static CollectionRules collection(Settings settings, boolean cache)
            throws UsageException {
        Duration grace = settings.time("gc-grace", "1h");
        if (grace.compareTo(SHORTEST_GRACE) < 0) {
            throw settings.invalid("gc-grace", "shorter than " + SHORTEST_GRACE.toSeconds() + "s");
        }
        return new CollectionRules(
                grace,
                settings.flag("gc-untagged"),
                cache ? settings.time("proxy-ttl", "168h") : Duration.ZERO,
                settings.time("upload-age", "168h"));
    }

    private static String level(Settings settings) throws UsageException {
        String level = settings.text("log-level", "info");
        if (!List.of("debug", "info", "warn", "error").contains(level)) {
            throw settings.invalid("log-level", "not debug, info, warn or error");
        }
        return level;
    }
}
