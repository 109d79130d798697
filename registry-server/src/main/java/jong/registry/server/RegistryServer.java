package jong.registry.server;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import jong.http.HttpServer;
import jong.http.Limits;
import jong.http.ListenAddress;
import jong.http.ServerOptions;
import jong.http.Tls;
import jong.registry.ProxySettings;
import jong.registry.RegistryAuth;
import jong.registry.RegistryClient;
import jong.registry.RegistryOptions;
import jong.registry.server.access.AccessControl;
import jong.registry.server.access.AnonymousPull;
import jong.registry.server.access.Htpasswd;
import jong.registry.server.access.TokenSettings;
import jong.registry.server.access.Tokens;
import jong.registry.server.config.ServerConfig;
import jong.registry.server.storage.RegistryStore;
import jong.wire.status.StatusException;
import org.jspecify.annotations.Nullable;

/** All parts of a registry, put together; closed in reverse. */
final class RegistryServer implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(RegistryServer.class.getName());

    /** Header lines of clients are short; a layer may come slowly, but it has to come. */
    private static final Limits LIMITS =
            new Limits(64 << 10, 64 << 10, Duration.ofMinutes(3), Duration.ofMinutes(2));

    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private final List<ListenAddress> addresses = new ArrayList<>();
    private @Nullable HttpServer http;
    private @Nullable Tls tls;

    private RegistryServer() {}

    /**
     * Starts a registry; clients can connect when it returns.
     *
     * @throws IOException if a file or an address cannot be used
     */
    static RegistryServer start(ServerConfig config) throws IOException {
        var server = new RegistryServer();
        try {
            server.compose(config);
            return server;
        } catch (IOException | RuntimeException e) {
            server.close();
            throw e;
        }
    }

    private void compose(ServerConfig config) throws IOException {
        RegistryStore store = opened(RegistryStore.open(config.root()));
        var metrics = new Metrics();
        var observer = new Observers(observers(config, metrics));
        Upstream upstream = upstream(config.remotes(), store, metrics);
        var routes =
                Routes.of(
                        new BlobHandlers(store, observer, upstream),
                        new UploadHandlers(store, observer),
                        new ManifestHandlers(store, observer, config.maxManifestBytes(), upstream),
                        new ListHandlers(store, upstream),
                        config.deletable());
        var application =
                new RegistryApplication(
                        routes,
                        new RegistryApplication.Rules(
                                access(config.users()), config.readOnly(), upstream),
                        metrics);
        var maintenance =
                opened(
                        new Maintenance(
                                store.collector(),
                                config.collection(),
                                config.collectionInterval(),
                                metrics));
        listenForControl(config.root(), maintenance);
        listenForMetrics(config.metrics(), metrics);
        opened(application.underWay());
        listen(config, application);
    }

    private <T extends AutoCloseable> T opened(T part) {
        parts.push(part);
        return part;
    }

    private List<Observer> observers(ServerConfig config, Metrics metrics) {
        List<Observer> observers = new ArrayList<>(List.of(metrics));
        List<Notifier> notifiers = new ArrayList<>();
        for (URI hook : config.hooks()) {
            notifiers.add(opened(new Notifier(hook, metrics)));
        }
        if (!notifiers.isEmpty()) {
            observers.add(new Events(notifiers, config.listen().getFirst().toString()));
        }
        return observers;
    }

    private Upstream upstream(
            List<ServerConfig.Remote> remotes, RegistryStore store, Metrics metrics)
            throws IOException {
        if (remotes.isEmpty()) {
            return Upstream.NONE;
        }
        var client = opened(new RegistryClient(options(remotes)));
        var known = new Remotes();
        for (ServerConfig.Remote remote : remotes) {
            var there =
                    new PullThrough.There(remote.url(), remote.namespace(), credentials(remote));
            known.add(remote.namespace(), new PullThrough(store, client, there, metrics));
        }
        return known;
    }

    /** Whoever writes {@code http://} wants no TLS. */
    private static RegistryOptions options(List<ServerConfig.Remote> remotes) {
        List<String> plain =
                remotes.stream()
                        .map(ServerConfig.Remote::url)
                        .filter(url -> url.getScheme().equals("http"))
                        .map(URI::getRawAuthority)
                        .distinct()
                        .toList();
        return RegistryOptions.DEFAULT
                .withInsecure(plain)
                .withProxies(ProxySettings.fromEnvironment(System.getenv()));
    }

    private static RegistryAuth credentials(ServerConfig.Remote remote) throws IOException {
        if (remote.username().isEmpty()) {
            return RegistryAuth.ANONYMOUS;
        }
        Path file = remote.passwordFile();
        String password = file == null ? "" : Files.readString(file).lines().findFirst().orElse("");
        return new RegistryAuth(remote.username(), password, "", "");
    }

    private static AccessControl access(ServerConfig.Users users) throws IOException {
        Path htpasswd = users.htpasswd();
        if (htpasswd != null) {
            var known = new Htpasswd(htpasswd, users.realm());
            return users.anonymousPull() ? new AnonymousPull(known) : known;
        }
        TokenSettings tokens = users.tokens();
        Path keys = users.jwks();
        return tokens == null || keys == null ? AccessControl.OPEN : new Tokens(tokens, keys);
    }

    private void listenForControl(Path root, Maintenance maintenance) throws IOException {
        var server =
                opened(new HttpServer(new ControlSocket(maintenance), ServerOptions.forGroup("")));
        try {
            server.listen(new ListenAddress.Unix(ControlSocket.in(root)));
        } catch (StatusException e) {
            // Too long a path for a socket: only the periodic collection works then.
            LOG.log(
                    Level.WARNING,
                    "garbage-collect will not reach this process: " + e.getMessage());
        }
    }

    private void listenForMetrics(ListenAddress.@Nullable Tcp address, Metrics metrics)
            throws IOException {
        if (address != null) {
            var server = opened(new HttpServer(metrics, new ServerOptions("", 1, LIMITS)));
            LOG.log(Level.INFO, "metrics on " + server.listen(address));
        }
    }

    private void listen(ServerConfig config, RegistryApplication application) throws IOException {
        int loops = Runtime.getRuntime().availableProcessors();
        HttpServer server =
                opened(new HttpServer(application, new ServerOptions("", loops, LIMITS)));
        http = server;
        tls = tls(config.tls());
        for (ListenAddress address : config.listen()) {
            ListenAddress bound =
                    tls != null && address instanceof ListenAddress.Tcp tcp
                            ? server.listen(tcp, tls)
                            : server.listen(address);
            addresses.add(bound);
            LOG.log(Level.INFO, "registry on " + bound + (tls == null ? "" : " with TLS"));
        }
    }

    private static @Nullable Tls tls(ServerConfig.@Nullable TlsFiles files) throws IOException {
        if (files == null) {
            return null;
        }
        Path authorities = files.clientAuthorities();
        return authorities == null
                ? Tls.of(files.certificate(), files.key())
                : Tls.withClientCertificates(files.certificate(), files.key(), authorities);
    }

    /** Where it serves, with the ports that were chosen. */
    List<ListenAddress> addresses() {
        return List.copyOf(addresses);
    }

    /** Reads the certificates anew; if they are of no use, those known stay. */
    void reload() {
        try {
            if (tls != null) {
                tls.reload();
                LOG.log(Level.INFO, "certificates have been read anew");
            }
        } catch (IOException e) {
            LOG.log(Level.ERROR, "keeping the certificates: " + e.getMessage());
        }
    }

    /** How many buffers of the network are in use, for tests of what must not stay there. */
    long buffersHeld() {
        return http == null ? 0 : http.buffersHeld();
    }

    @Override
    public void close() {
        while (!parts.isEmpty()) {
            try {
                parts.pop().close();
            } catch (Exception e) {
                LOG.log(Level.WARNING, "error while shutting down: " + e.getMessage());
            }
        }
    }
}
