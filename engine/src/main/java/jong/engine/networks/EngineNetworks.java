package jong.engine.networks;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.function.Function;
import jong.engine.config.DaemonOptions;
import jong.engine.events.Events;
import jong.engine.rest.Router;
import jong.manager.metadata.MetadataStore;
import jong.network.AddressPools;
import jong.network.Networks;

/**
 * The networks of an engine: opened when it starts. Closing takes those out of the kernel that no
 * container uses, and leaves the others, with what containers have of them, as they are.
 */
public final class EngineNetworks implements AutoCloseable {

    private static final String USUAL_ROOT = "/var/lib/jong";

    private final Networks kernel;
    private final NetworkCatalog catalog;
    private final NameService names;
    private final NetworkService service;
    private final NetworkRoutes routes;

    /**
     * By what an engine differs from others.
     *
     * @param id from which its own pool of IPv6 networks is derived
     * @param directories where a container has its files, by its ID
     */
    public record Identity(String id, Function<String, Path> directories) {}

    /**
     * Opens all networks.
     *
     * @param identity of this engine
     */
    public EngineNetworks(
            Identity identity,
            MetadataStore metadata,
            DaemonOptions options,
            Events events,
            Clock clock)
            throws IOException {
        AddressPools pools = options.addressPools().orElse(LocalPool.of(identity.id()));
        kernel = new Networks(table(options), pools, options.userlandProxy());
        try {
            catalog = new NetworkCatalog(kernel, metadata, options, clock);
            var files = new NameFiles(options);
            names = new NameService(catalog, files, new RunningFiles(identity.directories()));
            service = new NetworkService(catalog, names, files, options, events);
            routes = new NetworkRoutes(catalog, events, clock);
        } catch (IOException | RuntimeException e) {
            kernel.close();
            throw e;
        }
    }

    /** The name of the packet filter's table: engines of one host have different data roots. */
    private static String table(DaemonOptions options) {
        String root = options.dataRoot().toString();
        return root.equals(USUAL_ROOT) ? "jong" : "jong_" + Digests.start(root);
    }

    /** What containers use. */
    public NetworkService service() {
        return service;
    }

    /** Registers the routes. */
    public void register(Router router) {
        routes.register(router);
    }

    @Override
    public void close() throws IOException {
        names.close();
        catalog.close();
        kernel.close();
    }
}
