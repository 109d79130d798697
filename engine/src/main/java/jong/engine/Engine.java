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
import jong.engine.config.Product;
import jong.engine.containers.Collaborators;
import jong.engine.containers.Containers;
import jong.engine.containers.Layout;
import jong.engine.events.EventRoutes;
import jong.engine.events.Events;
import jong.engine.exec.ExecRoutes;
import jong.engine.exec.ExecService;
import jong.engine.images.ImageRoutes;
import jong.engine.images.ImageService;
import jong.engine.images.RegistryRoutes;
import jong.engine.networks.EngineNetworks;
import jong.engine.plugins.PluginPlaces;
import jong.engine.plugins.Plugins;
import jong.engine.rest.RestApplication;
import jong.engine.rest.Router;
import jong.engine.spec.Capabilities;
import jong.engine.spec.SpecRequest.Machine;
import jong.engine.system.AbsentRoutes;
import jong.engine.system.AppArmor;
import jong.engine.system.CheckRoutes;
import jong.engine.system.EngineId;
import jong.engine.system.SystemRoutes;
import jong.engine.volumes.VolumeRoutes;
import jong.engine.volumes.VolumeService;
import jong.http.HttpServer;
import jong.http.ListenAddress;
import jong.http.ServerOptions;
import jong.manager.metadata.MetadataStore;
import jong.manager.tasks.LocalTasks;
import jong.registry.RegistryClient;
import jong.registry.RegistryOptions;
import jong.runtime.ContainerRuntime;

/**
 * All parts of the daemon, put together: from the general to the special, closed in reverse. It
 * only wires; what docker does is in the services.
 */
final class Engine implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(Engine.class.getName());

    /** Jong's own place for what is about one registry, then the one that docker's users know. */
    private static final List<Path> REGISTRY_DIRECTORIES =
            List.of(Path.of("/etc/jong/certs.d"), Path.of("/etc/docker/certs.d"));

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
            makePrivate(options.dataRoot());
            makePrivate(options.execRoot());
            engine.compose(options.resolved());
            return engine;
        } catch (IOException | RuntimeException e) {
            engine.close();
            throw e;
        }
    }

    private void compose(DaemonOptions options) throws IOException {
        List<ListenAddress> addresses = options.hosts().stream().map(ListenAddress::parse).toList();
        Path root = options.dataRoot();
        parts.push(DaemonLock.take(root, options.pidFile()));

        Clock clock = Clock.systemUTC();
        MetadataStore metadata = MetadataStore.open(root.resolve("metadata.db"));
        parts.push(metadata);
        var events = new Events(clock);
        var registry = new RegistryClient(registryOptions(options));
        parts.push(registry);
        Storage storage = Storage.open(root, metadata, registry, options);
        var snapshots = storage.snapshots();
        var images = storage.images();
        parts.push(images.collector());
        var volumes = volumes(root, metadata, options, events);
        var layout = new Layout(root, nativePrograms().resolve("jong-native"));
        var networks = networks(layout, metadata, options, events);
        parts.push(networks);
        var runtime = runtime(layout, options);
        parts.push(runtime);

        var world =
                new Collaborators(
                        new LocalTasks(runtime),
                        images,
                        snapshots,
                        metadata,
                        networks.service(),
                        volumes,
                        events::publish,
                        layout,
                        machine(),
                        ContainerDefaults.of(options));
        var containers = new Containers(world);
        parts.push(containers);
        parts.push(() -> snapshots.unmountUnused(containers.running()));
        var exec = new ExecService(containers, world);
        containers.restore(exec);
        networks.service().releaseUnclaimed();

        var imageService = new ImageService(images, snapshots, containers, events);
        parts.push(storage.watch(root, options, imageService));
        var imageRoutes = new ImageRoutes(imageService, clock);
        var state = new State(events, containers, imageService, imageRoutes, volumes, storage);
        var router = new Router();
        new SystemRoutes(EngineId.read(root), options, state, clock).register(router);
        new CheckRoutes(storage.check(containers)).register(router);
        new EventRoutes(events, clock).register(router);
        imageRoutes.register(router);
        new RegistryRoutes(registry).register(router);
        new VolumeRoutes(volumes, containers).register(router);
        networks.register(router);
        containers.routes(router);
        new ExecRoutes(exec).register(router);
        AbsentRoutes.register(router);
        LOG.log(Level.INFO, "Daemon has completed initialization");
        listen(router, options, addresses);
    }

    private static EngineNetworks networks(
            Layout layout, MetadataStore metadata, DaemonOptions options, Events events)
            throws IOException {
        var identity =
                new EngineNetworks.Identity(EngineId.read(options.dataRoot()), layout::directory);
        return new EngineNetworks(identity, metadata, options, events, Clock.systemUTC());
    }

    private static VolumeService volumes(
            Path root, MetadataStore metadata, DaemonOptions options, Events events)
            throws IOException {
        PluginPlaces places =
                options.pluginDirectory().map(PluginPlaces::in).orElse(PluginPlaces.USUAL);
        return new VolumeService(
                root.resolve("volumes"), metadata, new Plugins(places), events, Clock.systemUTC());
    }

    private static RegistryOptions registryOptions(DaemonOptions options) {
        RegistryOptions usual = RegistryOptions.DEFAULT;
        return usual.withMirrors(options.registryMirrors())
                .withInsecure(options.insecureRegistries())
                .withDirectories(REGISTRY_DIRECTORIES)
                .withProxies(options.proxies(System.getenv()))
                .withAttempts(
                        options.maxDownloadAttempts(), usual.uploadAttempts(), usual.retryStep());
    }

    private static ContainerRuntime runtime(Layout layout, DaemonOptions options)
            throws IOException {
        return new ContainerRuntime(layout.initProgram(), options.execRoot().resolve("tasks"));
    }

    private static Machine machine() {
        return new Machine(
                System.getProperty("os.arch", ""),
                AppArmor.prepare(),
                Capabilities.ofThisProcess());
    }

    /** Where the C programs are: the launcher says where Jong is installed. */
    private static Path nativePrograms() throws IOException {
        String home = System.getProperty("jong.home", "");
        Path directory = Path.of(home, "native");
        if (home.isEmpty() || !Files.isExecutable(directory.resolve("jong-native"))) {
            throw new IOException(
                    "cannot find the program jong-native in " + directory.toAbsolutePath());
        }
        return directory;
    }

    private void listen(Router router, DaemonOptions options, List<ListenAddress> addresses)
            throws IOException {
        var application = new RestApplication(router, Product.NAME + "/" + Product.VERSION);
        var server = new HttpServer(application, ServerOptions.forGroup(options.group()));
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

    private static void makePrivate(Path directory) throws IOException {
        Files.createDirectories(
                directory,
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
