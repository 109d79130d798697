package jong.engine.networks;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
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
    private final RunningFiles running;
    private final NameServer server;
    private final Map<String, NameTable> tables = new HashMap<>(); // Guarded by itself.
    private final Map<String, Served> served = new ConcurrentHashMap<>();

    /**
     * A running container.
     *
     * @param namespace of its network
     * @param resolver what was asked for of its resolver
     * @param endpoints that it has, by their IDs
     */
    private record Served(
            Path namespace, ResolverState resolver, Map<String, StoredEndpoint> endpoints) {

        /** The addresses of endpoints that another state does not have. */
        List<InetAddress> addressesBeyond(Served other) {
            return endpoints.values().stream()
                    .filter(stored -> !other.endpoints.containsKey(stored.endpoint().id()))
                    .flatMap(stored -> addresses(stored).stream())
                    .toList();
        }
    }

    NameService(NetworkCatalog catalog, NameFiles files, RunningFiles running) throws IOException {
        this.catalog = catalog;
        this.files = files;
        this.running = running;
        this.server = new NameServer();
    }

    /** Makes a container known to others, and others to it, once its endpoints are attached. */
    void start(String containerId, Path namespace, ResolverState resolver) throws IOException {
        var container = new Served(namespace, resolver, endpoints(containerId));
        change(new Served(namespace, resolver, Map.of()), container);
        served.put(containerId, container);
        serve(containerId, container);
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
        var now = new Served(before.namespace, before.resolver, endpoints(containerId));
        change(before, now);
        served.put(containerId, now);
        boolean hadServer = server.isOpen(containerId);
        serve(containerId, now);
        running.changeHosts(
                containerId,
                now.resolver.hostNames(),
                before.addressesBeyond(now),
                now.addressesBeyond(before));
        if (!hadServer && server.isOpen(containerId)) {
            running.replaceResolvConf(
                    containerId,
                    now.resolver.digest(),
                    files.resolvConfOfServer(now.resolver.overrides()));
        }
    }

    private Map<String, StoredEndpoint> endpoints(String containerId) {
        Map<String, StoredEndpoint> endpoints = new LinkedHashMap<>();
        catalog.endpointsOfContainer(containerId).stream()
                .sorted(
                        Comparator.comparingLong(StoredEndpoint::priority)
                                .reversed()
                                .thenComparing(stored -> network(stored).name()))
                .forEach(stored -> endpoints.put(stored.endpoint().id(), stored));
        return endpoints;
    }

    private void change(Served before, Served now) {
        synchronized (tables) {
            now.endpoints.values().stream().filter(NameService::isNamed).forEach(this::put);
            before.endpoints.forEach((id, stored) -> {
                if (!now.endpoints.containsKey(id)) {
                    remove(stored);
                }
            });
        }
    }

    private void serve(String containerId, Served container) throws IOException {
        if (server.isOpen(containerId)) {
            server.update(containerId, view(container));
        } else if (container.endpoints.values().stream().anyMatch(NameService::isNamed)) {
            server.open(containerId, container.namespace, view(container));
        }
    }

    /** Nobody finds the container any more; one that is not known is no error. */
    void stop(String containerId) {
        server.close(containerId);
        Served container = served.remove(containerId);
        if (container != null) {
            synchronized (tables) {
                container.endpoints.values().forEach(this::remove);
            }
        }
    }

    /** Predefined networks have no names. */
    private static boolean isNamed(StoredEndpoint stored) {
        return !stored.names().own().isEmpty();
    }

    private SandboxView view(Served container) {
        var endpoints = container.endpoints.values();
        Overrides overrides = container.resolver.overrides();
        boolean outside = endpoints.stream().anyMatch(this::leadsOutside);
        return new SandboxView(
                endpoints.stream().filter(NameService::isNamed).map(this::names).toList(),
                files.upstreams(overrides).stream()
                        // What only the host may reach is nothing for internal networks.
                        .filter(upstream -> outside || upstream.fromSandbox())
                        .toList(),
                files.keepsPlainNames(overrides));
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
        tables.computeIfAbsent(stored.networkId(), _ -> new NameTable())
                .put(stored.endpoint().id(), stored.names().own(), addresses(stored));
    }

    private static List<InetAddress> addresses(StoredEndpoint stored) {
        return stored.endpoint().addresses().stream().map(Endpoint.Address::address).toList();
    }

    private void remove(StoredEndpoint stored) {
        NameTable table = tables.get(stored.networkId());
        if (table != null) {
            table.remove(stored.endpoint().id());
            if (table.isEmpty()) {
                tables.remove(stored.networkId());
            }
        }
    }

    /** Containers that run keep their rules, and have no name server until the next start. */
    @Override
    public void close() throws IOException {
        server.close();
    }
}
