package jong.engine;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import jong.engine.config.DaemonOptions;
import jong.engine.events.EventRoutes;
import jong.engine.events.Events;
import jong.engine.networks.EngineNetworks;
import jong.engine.rest.HttpServer;
import jong.engine.rest.ListenAddress;
import jong.engine.rest.Router;
import jong.engine.system.AbsentRoutes;
import jong.engine.system.EngineId;
import jong.engine.system.Product;
import jong.engine.system.SystemRoutes;
import jong.engine.volumes.VolumeRoutes;
import jong.engine.volumes.VolumeService;
import jong.manager.metadata.MetadataStore;

/**
 * All parts of the daemon, put together: from the general to the special, closed in reverse. It
 * only wires; what docker does is in the services.
 */
final class Engine implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(Engine.class.getName());

    private final Deque<AutoCloseable> parts = new ArrayDeque<>();

    private Engine() {}

    /**
     * Starts everything; clients can connect when it returns.
     *
     * @throws IOException if a directory or a socket cannot be used
     */
    static Engine start(DaemonOptions options) throws IOException {
        var engine = new Engine();
        try {
            engine.compose(options);
            return engine;
        } catch (IOException | RuntimeException e) {
            engine.close();
            throw e;
        }
    }

    private void compose(DaemonOptions options) throws IOException {
        List<ListenAddress> addresses = options.hosts().stream().map(ListenAddress::parse).toList();
        Path root = privateDirectory(options.dataRoot());
        privateDirectory(options.execRoot());
        parts.push(DaemonLock.take(root, options.pidFile()));

        Clock clock = Clock.systemUTC();
        MetadataStore metadata = MetadataStore.open(root.resolve("metadata.db"));
        parts.push(metadata);
        var events = new Events(clock);
        var volumes = new VolumeService(root.resolve("volumes"), metadata, events, clock);
        var networks = new EngineNetworks(metadata, options, events, clock);
        parts.push(networks);

        var router = new Router();
        new SystemRoutes(EngineId.read(root), options, new State(events, volumes), clock)
                .register(router);
        new EventRoutes(events, clock).register(router);
        new VolumeRoutes(volumes).register(router);
        networks.register(router);
        AbsentRoutes.register(router);
        LOG.log(Level.INFO, "Daemon has completed initialization");
        listen(router, options, addresses);
    }

    private void listen(Router router, DaemonOptions options, List<ListenAddress> addresses)
            throws IOException {
        var server = new HttpServer(router, Product.NAME + "/" + Product.VERSION, options.group());
        parts.push(server);
        for (ListenAddress address : addresses) {
            ListenAddress bound = server.listen(address);
            if (bound instanceof ListenAddress.Tcp) {
                LOG.log(
                        Level.WARNING,
                        "Binding to IP address without --tlsverify is insecure and gives root"
                                + " access on this machine to everyone who has access to your"
                                + " network: "
                                + bound);
            }
            LOG.log(Level.INFO, "API listen on " + bound);
        }
    }

    private static Path privateDirectory(Path path) throws IOException {
        return Files.createDirectories(
                path,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx--x---")));
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
