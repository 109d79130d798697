package jong.engine.networks;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import jong.network.Endpoint;
import jong.network.ResolvConf.Overrides;
import jong.network.names.NameServer;
import jong.network.names.NameTable;
import jong.network.names.NetworkNames;
import jong.network.names.SandboxView;

/**
 * The names of containers: those of each user-defined network, and a name server in each container
 * that is in one. What there is to know is read from the endpoints of the catalog.
 *
 * <p>For any thread; for one container by one at a time.
 */
final class NameService implements AutoCloseable {

    private final NetworkCatalog catalog;
    private final NameFiles files;
    private final NameServer server;
    private final Map<String, NameTable> tables = new HashMap<>(); // Guarded by itself.
    private final Map<String, Served> served = new ConcurrentHashMap<>();

    /**
     * A running container.
     *
     * @param namespace of its network
     * @param overrides what was asked for of its resolver
     * @param endpoints ID of each that is in a table, and of its network
     */
    private record Served(Path namespace, Overrides overrides, Map<String, String> endpoints) {}

    NameService(NetworkCatalog catalog, NameFiles files) throws IOException {
        this.catalog = catalog;
        this.files = files;
        this.server = new NameServer();
    }

    /** Makes a container known to others, and others to it, once its endpoints are attached. */
    void start(String containerId, Path namespace, Overrides overrides) throws IOException {
        served.put(containerId, new Served(namespace, overrides, Map.of()));
        refresh(containerId);
    }

    /**
     * Takes over what has changed of a container's endpoints: another one attached, one gone, other
     * names. One that does not run, or has no network of its own, is no error.
     */
    void refresh(String containerId) throws IOException {
        Served before = served.get(containerId);
        if (before == null) {
            return;
        }
        List<StoredEndpoint> named =
                catalog.endpointsOfContainer(containerId).stream()
                        .filter(stored -> !network(stored).isPredefined())
                        .sorted(
                                Comparator.comparingLong(StoredEndpoint::priority)
                                        .reversed()
                                        .thenComparing(stored -> network(stored).name()))
                        .toList();
        Map<String, String> now =
                named.stream()
                        .collect(
                                Collectors.toMap(
                                        stored -> stored.endpoint().id(),
                                        StoredEndpoint::networkId));
        synchronized (tables) {
            named.forEach(this::put);
            before.endpoints.forEach((endpoint, network) -> {
                if (!now.containsKey(endpoint)) {
                    remove(endpoint, network);
                }
            });
        }
        served.put(containerId, new Served(before.namespace, before.overrides, now));
        serve(containerId, before, named);
    }

    private void serve(String containerId, Served container, List<StoredEndpoint> named)
            throws IOException {
        if (server.isOpen(containerId)) {
            server.update(containerId, view(container, containerId, named));
        } else if (!named.isEmpty()) {
            server.open(containerId, container.namespace, view(container, containerId, named));
        }
    }

    /** Nobody finds the container any more; one that is not known is no error. */
    void stop(String containerId) {
        server.close(containerId);
        Served container = served.remove(containerId);
        if (container != null) {
            synchronized (tables) {
                container.endpoints.forEach(this::remove);
            }
        }
    }

    private SandboxView view(Served container, String containerId, List<StoredEndpoint> named) {
        boolean outside =
                catalog.endpointsOfContainer(containerId).stream().anyMatch(this::leadsOutside);
        return new SandboxView(
                named.stream().map(this::names).toList(),
                files.upstreams(container.overrides).stream()
                        // What only the host may reach is nothing for internal networks.
                        .filter(upstream -> outside || upstream.fromSandbox())
                        .toList(),
                files.keepsPlainNames(container.overrides));
    }

    private NetworkNames names(StoredEndpoint stored) {
        synchronized (tables) {
            return new NetworkNames(
                    network(stored).name(),
                    tables.computeIfAbsent(stored.networkId(), _ -> new NameTable()),
                    stored.names().aliases());
        }
    }

    private boolean leadsOutside(StoredEndpoint stored) {
        return !network(stored).isInternal()
                && stored.endpoint().addresses().stream()
                        .anyMatch(own -> own.gateway().isPresent());
    }

    private StoredNetwork network(StoredEndpoint stored) {
        return catalog.find(stored.networkId()).stored();
    }

    private void put(StoredEndpoint stored) {
        List<InetAddress> addresses =
                stored.endpoint().addresses().stream().map(Endpoint.Address::address).toList();
        tables.computeIfAbsent(stored.networkId(), _ -> new NameTable())
                .put(stored.endpoint().id(), stored.names().own(), addresses);
    }

    private void remove(String endpoint, String network) {
        NameTable table = tables.get(network);
        if (table != null) {
            table.remove(endpoint);
            if (table.isEmpty()) {
                tables.remove(network);
            }
        }
    }

    /** Containers that run keep their rules, and have no name server until the next start. */
    @Override
    public void close() throws IOException {
        server.close();
    }
}
