package jong.engine.networks;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jong.engine.config.DaemonOptions;
import jong.engine.containers.Identifiers;
import jong.manager.metadata.Bucket;
import jong.manager.metadata.MetadataStore;
import jong.network.BridgeNetwork;
import jong.network.BridgeSettings;
import jong.network.Endpoint;
import jong.network.Family;
import jong.network.IpamPool;
import jong.network.Networks;
import jong.network.Subnet;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException.AlreadyExists;
import jong.wire.status.StatusException.Internal;
import jong.wire.status.StatusException.InvalidArgument;
import jong.wire.status.StatusException.NotFound;
import jong.wire.status.StatusException.PermissionDenied;

/**
 * All networks and the endpoints in them, in memory and in the metadata. The maps are under one
 * lock; the kernel is not touched under it but for opening and removing networks, which must not
 * race.
 */
final class NetworkCatalog {

    private static final Logger LOG = System.getLogger(NetworkCatalog.class.getName());

    private static final String NOT_READY = "network %s is not ready: %s";

    private final Networks kernel;
    private final Bucket networkBucket;
    private final Bucket endpointBucket;
    private final Clock clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, KnownNetwork> networks = new LinkedHashMap<>();
    private final Map<String, StoredEndpoint> endpoints = new LinkedHashMap<>();

    /** Opens all networks, those of the metadata and the predefined ones. */
    NetworkCatalog(Networks kernel, MetadataStore metadata, DaemonOptions options, Clock clock)
            throws IOException {
        this.kernel = kernel;
        this.networkBucket = metadata.bucket("networks");
        this.endpointBucket = metadata.bucket("endpoints");
        this.clock = clock;
        endpointBucket
                .entries()
                .forEach((id, json) -> endpoints.put(id, StoredEndpoint.fromJson(json)));
        List<StoredNetwork> users =
                networkBucket.entries().values().stream()
                        .map(StoredNetwork::new)
                        .filter(stored -> !stored.isPredefined())
                        .toList();
        openAtStart(Stream.concat(predefined(options, users).stream(), users.stream()).toList());
        openSubinterfaces(users.stream().filter(StoredNetwork::hasParent).toList());
    }

    private List<StoredNetwork> predefined(DaemonOptions options, List<StoredNetwork> users)
            throws IOException {
        var predefined = new ArrayList<StoredNetwork>();
        predefined.add(ensure("none", "null"));
        predefined.add(ensure("host", "host"));
        if (options.bridgeName().equals("none")) {
            return predefined;
        }
        StoredNetwork before = ensure("bridge", "bridge");
        List<Subnet> used = users.stream().flatMap(user -> user.subnets().stream()).toList();
        BridgeSettings settings = new DefaultBridge(kernel, options).settings(before, used);
        StoredNetwork now = Predefined.bridge(before.id(), before.created(), settings, options);
        networkBucket.put(now.id(), now.json());
        predefined.add(now);
        return predefined;
    }

    /**
     * Opens all at once, so that none is without rules meanwhile. If that fails, each by itself: a
     * user's network that cannot be opened is tried again when it is needed.
     */
    private void openAtStart(List<StoredNetwork> all) throws IOException {
        try {
            openAll(all);
            sweep();
            return;
        } catch (IOException e) {
            LOG.log(Level.WARNING, "not all networks can be opened: " + e.getMessage(), e);
        }
        for (StoredNetwork stored : all) {
            try {
                open(stored);
            } catch (IOException e) {
                if (stored.isPredefined()) {
                    throw e;
                }
                LOG.log(Level.WARNING, NOT_READY.formatted(stored.name(), e.getMessage()), e);
            }
        }
        sweep();
    }

    private void sweep() throws IOException {
        for (KnownNetwork network : networks.values()) {
            if (network.network() != null) {
                network.network().sweep();
            }
        }
        Set<String> wanted =
                networks.values().stream()
                        .map(KnownNetwork::stored)
                        .filter(stored -> stored.json().has("Bridge"))
                        .map(stored -> stored.bridge().bridge())
                        .collect(Collectors.toSet());
        try {
            kernel.sweep(wanted);
        } catch (IOException e) {
            LOG.log(Level.WARNING, "bridges without a network may be left", e);
        }
    }

    /** The predefined network of that name as it was, or a new one. */
    private StoredNetwork ensure(String name, String driver) {
        for (var json : networkBucket.entries().values()) {
            if (json.string("Name").equals(name)) {
                return new StoredNetwork(json);
            }
        }
        var made = Predefined.plain(Identifiers.random(), name, driver, clock.instant());
        networkBucket.put(made.id(), made.json());
        return made;
    }

    private void open(StoredNetwork stored) throws IOException {
        openAll(List.of(stored));
    }

    private void openAll(List<StoredNetwork> opened) throws IOException {
        var wanted = new LinkedHashMap<BridgeSettings, List<Endpoint>>();
        for (StoredNetwork stored : opened) {
            networks.put(stored.id(), new KnownNetwork(stored, null));
            if (stored.driver().equals("bridge")) {
                wanted.put(stored.bridge(), attached(stored));
            }
        }
        for (BridgeNetwork bridge : kernel.openBridges(wanted)) {
            StoredNetwork stored =
                    opened.stream()
                            .filter(one -> one.driver().equals("bridge"))
                            .filter(one -> one.bridge().equals(bridge.settings()))
                            .findFirst()
                            .orElseThrow();
            networks.put(stored.id(), new KnownNetwork(stored, bridge));
        }
    }

    /** At the daemon's start; one whose parent is missing is tried again when it is needed. */
    private void openSubinterfaces(List<StoredNetwork> opened) {
        for (StoredNetwork stored : opened) {
            try {
                openSubinterfaces(stored);
            } catch (IOException e) {
                LOG.log(Level.WARNING, NOT_READY.formatted(stored.name(), e.getMessage()), e);
            }
        }
    }

    private KnownNetwork openSubinterfaces(StoredNetwork stored) throws IOException {
        var opened =
                new KnownNetwork(
                        stored, kernel.openSubinterfaces(stored.subinterfaces(), attached(stored)));
        networks.put(stored.id(), opened);
        return opened;
    }

    private List<Endpoint> attached(StoredNetwork stored) {
        return endpoints.values().stream()
                .filter(endpoint -> endpoint.networkId().equals(stored.id()))
                .map(StoredEndpoint::endpoint)
                .toList();
    }

    private List<Subnet> subnets() {
        return networks.values().stream()
                .flatMap(network -> network.stored().subnets().stream())
                .toList();
    }

    /** The network of that name, ID, or unique prefix of an ID. */
    KnownNetwork find(String nameOrId) {
        List<KnownNetwork> all = list();
        for (KnownNetwork network : all) {
            if (network.stored().name().equals(nameOrId)
                    || network.stored().id().equals(nameOrId)) {
                return network;
            }
        }
        List<KnownNetwork> matches =
                all.stream()
                        .filter(network -> !nameOrId.isEmpty())
                        .filter(network -> network.stored().id().startsWith(nameOrId))
                        .toList();
        if (matches.size() > 1) {
            throw new InvalidArgument(
                    "network "
                            + nameOrId
                            + " is ambiguous ("
                            + matches.size()
                            + " matches found based on ID prefix)");
        }
        if (matches.isEmpty()) {
            throw new NotFound("network " + nameOrId + " not found");
        }
        return matches.getFirst();
    }

    /** Whether a network has that name, ID, or prefix of an ID. */
    boolean has(String nameOrId) {
        return list().stream().anyMatch(network -> network.stored().isCalled(nameOrId));
    }

    /**
     * The network of that name, ID, or unique prefix of an ID, for a container to be in: one whose
     * parent was missing when the daemon started is tried again.
     */
    KnownNetwork ready(String nameOrId) {
        KnownNetwork network = find(nameOrId);
        StoredNetwork stored = network.stored();
        if (stored.isConfiguration()) {
            throw new PermissionDenied("cannot create endpoint on configuration-only network");
        }
        if (network.network() != null || !stored.isOfSandboxes()) {
            return network;
        }
        lock.lock();
        try {
            KnownNetwork now = networks.getOrDefault(stored.id(), network);
            if (now.network() == null) {
                openNow(stored);
            }
            return networks.getOrDefault(stored.id(), now);
        } catch (IOException e) {
            throw new Internal(
                    "network " + stored.name() + " cannot be used: " + e.getMessage(), e);
        } finally {
            lock.unlock();
        }
    }

    /** All networks, the predefined ones first. */
    List<KnownNetwork> list() {
        lock.lock();
        try {
            return List.copyOf(networks.values());
        } finally {
            lock.unlock();
        }
    }

    /**
     * Makes a network.
     *
     * @param body of docker's request
     * @throws jong.wire.status.StatusException with docker's text
     */
    StoredNetwork create(JsonObject body) throws IOException {
        lock.lock();
        try {
            var creation = NetworkCreation.of(ConfigurationNetworks.complete(body, this::named));
            if (named(creation.name()).isPresent()) {
                throw new AlreadyExists("network with name " + creation.name() + " already exists");
            }
            StoredNetwork stored =
                    body.flag("ConfigOnly")
                            ? creation.configuration(Identifiers.random(), clock.instant())
                            : withPools(creation);
            networkBucket.put(stored.id(), stored.json());
            openNew(stored);
            return stored;
        } finally {
            lock.unlock();
        }
    }

    private void openNew(StoredNetwork stored) throws IOException {
        try {
            openNow(stored);
        } catch (IOException | RuntimeException e) {
            networks.remove(stored.id());
            networkBucket.remove(stored.id());
            throw e;
        }
    }

    private void openNow(StoredNetwork stored) throws IOException {
        if (stored.hasParent()) {
            openSubinterfaces(stored);
        } else {
            open(stored);
        }
    }

    private Optional<StoredNetwork> named(String name) {
        return networks.values().stream()
                .map(KnownNetwork::stored)
                .filter(stored -> stored.name().equals(name))
                .findFirst();
    }

    private StoredNetwork withPools(NetworkCreation creation) throws IOException {
        for (Subnet used : subnets()) {
            if (creation.pools().stream().anyMatch(pool -> used.overlaps(pool.subnet()))) {
                throw new PermissionDenied("Pool overlaps with other one on this address space");
            }
        }
        var found = new ArrayList<IpamPool>();
        for (Family family : creation.withoutSubnet()) {
            found.add(IpamPool.of(kernel.freePool(family, subnets())));
        }
        StoredNetwork stored = creation.stored(Identifiers.random(), found, clock.instant());
        ParentUse.check(stored, networks.values());
        requireOwnBridge(stored);
        return stored;
    }

    private void requireOwnBridge(StoredNetwork added) {
        for (KnownNetwork network : networks.values()) {
            StoredNetwork other = network.stored();
            if (other.json().has("Bridge")
                    && added.json().has("Bridge")
                    && other.bridge().bridge().equals(added.bridge().bridge())) {
                throw new PermissionDenied(
                        ("cannot create network %s (%s): conflicts with network %s (%s): networks"
                                        + " have same bridge name")
                                .formatted(
                                        added.id(),
                                        added.bridge().bridge(),
                                        other.id(),
                                        other.bridge().bridge()));
            }
        }
    }

    /** Removes a network without endpoints. */
    void remove(KnownNetwork network) throws IOException {
        StoredNetwork stored = network.stored();
        if (stored.isPredefined()) {
            throw new PermissionDenied(
                    stored.name() + " is a pre-defined network and cannot be removed");
        }
        lock.lock();
        try {
            if (!network.equals(networks.get(stored.id()))) {
                throw new NotFound("network " + stored.name() + " not found");
            }
            if (!endpointsOf(stored.id()).isEmpty()) {
                throw new PermissionDenied(
                        "error while removing network: network %s id %s has active endpoints"
                                .formatted(stored.name(), stored.id()));
            }
            if (isMadeFrom(stored)) {
                throw new PermissionDenied(
                        "error while removing network: configuration network \""
                                + stored.name()
                                + "\" is in use");
            }
            if (network.network() != null) {
                network.network().remove();
            }
            networks.remove(stored.id());
            networkBucket.remove(stored.id());
        } finally {
            lock.unlock();
        }
    }

    private boolean isMadeFrom(StoredNetwork configuration) {
        return configuration.isConfiguration()
                && networks.values().stream()
                        .anyMatch(one -> one.stored().madeFrom().equals(configuration.name()));
    }

    /**
     * Takes the networks that no container has an endpoint in out of the kernel; they are opened
     * again at the next start. Those of running containers stay as they are, with all they have.
     */
    void close() {
        lock.lock();
        try {
            networks.values().stream()
                    .filter(network -> endpointsOf(network.stored().id()).isEmpty())
                    .forEach(NetworkCatalog::takeDown);
        } finally {
            lock.unlock();
        }
    }

    private static void takeDown(KnownNetwork network) {
        try {
            if (network.network() != null) {
                network.network().remove();
            }
        } catch (IOException e) {
            LOG.log(Level.WARNING, "network " + network.stored().name() + " is left behind", e);
        }
    }

    /**
     * Takes in an endpoint of a network that may have been removed meanwhile.
     *
     * @throws NotFound if it has
     */
    void addNew(StoredEndpoint endpoint) {
        lock.lock();
        try {
            if (!networks.containsKey(endpoint.networkId())) {
                throw new NotFound("network " + endpoint.networkId() + " not found");
            }
            add(endpoint);
        } finally {
            lock.unlock();
        }
    }

    /** IDs of containers that have endpoints. */
    Set<String> containersWithEndpoints() {
        lock.lock();
        try {
            return endpoints.values().stream()
                    .map(StoredEndpoint::containerId)
                    .collect(Collectors.toSet());
        } finally {
            lock.unlock();
        }
    }

    void add(StoredEndpoint endpoint) {
        lock.lock();
        try {
            endpointBucket.put(endpoint.endpoint().id(), endpoint.toJson());
            endpoints.put(endpoint.endpoint().id(), endpoint);
        } finally {
            lock.unlock();
        }
    }

    void forget(StoredEndpoint endpoint) {
        lock.lock();
        try {
            endpointBucket.remove(endpoint.endpoint().id());
            endpoints.remove(endpoint.endpoint().id());
        } finally {
            lock.unlock();
        }
    }

    List<StoredEndpoint> endpointsOf(String networkId) {
        return endpoints(endpoint -> endpoint.networkId().equals(networkId));
    }

    List<StoredEndpoint> endpointsOfContainer(String containerId) {
        return endpoints(endpoint -> endpoint.containerId().equals(containerId));
    }

    private List<StoredEndpoint> endpoints(java.util.function.Predicate<StoredEndpoint> filter) {
        lock.lock();
        try {
            return new ArrayList<>(endpoints.values().stream().filter(filter).toList());
        } finally {
            lock.unlock();
        }
    }
}
