package jong.engine.networks;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import jong.api.EndpointSettings;
import jong.api.NetworkingConfig;
import jong.engine.config.DaemonOptions;
import jong.engine.containers.ContainerNetworks;
import jong.engine.containers.Identifiers;
import jong.engine.containers.NetworkAllocation;
import jong.engine.containers.NetworkMembership;
import jong.engine.containers.NetworkRequest;
import jong.engine.events.Events;
import jong.engine.networks.Memberships.Subject;
import jong.network.Endpoint;
import jong.network.Family;
import jong.network.HostsFile;
import jong.network.ResolvConf.Overrides;
import jong.network.Subnet;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException;
import jong.wire.status.StatusException.Internal;
import jong.wire.status.StatusException.InvalidArgument;

/**
 * Gives containers their networks. Endpoints are kept in the metadata from the moment that they are
 * reserved, so that a daemon that starts anew knows what running containers have. For any thread;
 * for one container by one at a time.
 */
public final class NetworkService implements ContainerNetworks {

    private static final Logger LOG = System.getLogger(NetworkService.class.getName());
    private static final String LOCALHOST = "127.0.0.1";

    private final NetworkCatalog catalog;
    private final NameService names;
    private final NameFiles files;
    private final Events events;
    private final Endpoints endpoints;
    private final DefaultRoutes routes;
    private final Allocator allocator;
    private final Memberships memberships;
    private final PortChanges portChanges;

    /** The networks that a container is seen in, by its ID, from attach to release. */
    private final Map<String, Set<String>> joined = new ConcurrentHashMap<>();

    NetworkService(
            NetworkCatalog catalog,
            NameService names,
            NameFiles files,
            DaemonOptions options,
            Events events) {
        this.catalog = catalog;
        this.names = names;
        this.files = files;
        this.events = events;
        this.endpoints = new Endpoints(catalog);
        this.routes = new DefaultRoutes(one -> endpoints.network(one).stored().name());
        this.allocator = new Allocator(catalog, endpoints, options.publishAddress());
        this.memberships = new Memberships(catalog, endpoints, routes, allocator);
        this.portChanges = new PortChanges(endpoints, allocator);
    }

    @Override
    public NetworkingConfig wanted(NetworkRequest request) {
        NetworkingConfig wanted = Wanted.ofNew(request);
        wanted.endpoints().forEach(this::checkConfig);
        return wanted;
    }

    private void checkConfig(String name, EndpointSettings settings) {
        try {
            KnownNetwork network = catalog.has(name) ? catalog.find(name) : null;
            EndpointCheck.check(settings, !Predefined.NAMES.contains(name), network);
        } catch (InvalidArgument e) {
            throw new InvalidArgument(
                    "invalid config for network " + name + ": " + e.getMessage(), e);
        }
    }

    @Override
    public NetworkAllocation allocate(NetworkRequest request) {
        if (Wanted.mode(request).startsWith("container:")) {
            return new NetworkAllocation(request.id(), "", "", settings(request), new JsonObject());
        }
        List<KnownNetwork> networks =
                request.networking().endpoints().keySet().stream().map(catalog::ready).toList();
        Optional<KnownNetwork> plain =
                networks.stream().filter(network -> network.network() == null).findFirst();
        if (plain.isEmpty()) {
            return allocation(request, allocator.reserve(request));
        }
        if (networks.size() > 1) {
            Sharing.check(networks, plain.get());
        }
        return plain(request, plain.get());
    }

    /** In the host's network or in none: nothing to reserve. */
    private NetworkAllocation plain(NetworkRequest request, KnownNetwork network) {
        boolean host = network.stored().driver().equals("host");
        String hosts =
                host
                        ? files.hostsOfHost(request, hostGateway())
                        : files.hosts(request, List.of(), hostGateway());
        JsonObject endpoint =
                SettingsView.blank(
                                new EndpointSettings(new JsonObject()),
                                network.stored().id(),
                                List.of())
                        .with("EndpointID", Identifiers.random());
        var shown =
                SettingsView.settings(
                        new JsonObject(),
                        null,
                        new JsonObject().with(network.stored().name(), endpoint));
        var state = new JsonObject().with("networks", List.of(network.stored().id()));
        Overrides overrides = files.overrides(request.host());
        String resolvConf =
                host ? files.resolvConfOfHost(overrides) : files.resolvConf(overrides, false);
        return new NetworkAllocation(request.id(), hosts, resolvConf, shown, state);
    }

    private NetworkAllocation allocation(NetworkRequest request, List<StoredEndpoint> reserved) {
        List<InetAddress> addresses =
                reserved.stream()
                        .flatMap(stored -> stored.endpoint().addresses().stream())
                        .map(Endpoint.Address::address)
                        .toList();
        Overrides overrides = files.overrides(request.host());
        boolean named = reserved.stream().anyMatch(stored -> !stored.names().own().isEmpty());
        boolean ipv6 = addresses.stream().anyMatch(address -> Family.of(address) == Family.IPV6);
        String resolvConf =
                named ? files.resolvConfOfServer(overrides) : files.resolvConf(overrides, ipv6);
        var resolver =
                new ResolverState(
                        overrides,
                        HostsFile.ownNames(request.hostname(), request.domainname()),
                        ResolverState.digest(resolvConf));
        return new NetworkAllocation(
                request.id(),
                files.hosts(request, addresses, hostGateway()),
                resolvConf,
                allocator.view().settings(request, reserved),
                AllocationView.state(reserved).with("resolver", resolver.toJson()));
    }

    @Override
    public JsonObject attach(NetworkAllocation allocation, int pid) {
        Path namespace = namespace(pid);
        String container = allocation.containerId();
        List<StoredEndpoint> reserved = endpoints.of(container);
        for (StoredEndpoint stored : reserved) {
            endpoints.attach(stored, namespace, routes.of(stored, reserved));
        }
        startNames(container, allocation.state(), namespace);
        Set<String> networks = Set.copyOf(allocation.state().strings("networks"));
        joined.put(container, networks);
        networks.forEach(network -> tell("connect", network, container));
        return allocation
                .settings()
                .copy()
                .with("SandboxID", Identifiers.random())
                .with("SandboxKey", namespace.toString());
    }

    private void startNames(String container, JsonObject state, Path namespace) {
        if (!state.has("resolver")) {
            return; // In the host's network, or in none.
        }
        try {
            names.start(container, namespace, ResolverState.fromJson(state.object("resolver")));
        } catch (IOException e) {
            throw new Internal("failed to start the name server: " + e.getMessage(), e);
        }
    }

    @Override
    public void release(String containerId) {
        names.stop(containerId);
        endpoints.withdrawAll(containerId);
        Set<String> networks = joined.remove(containerId);
        if (networks != null) {
            networks.forEach(network -> tell("disconnect", network, containerId));
        }
    }

    @Override
    public void restore(String containerId, JsonObject allocation, int pid) {
        // The catalog has adopted the endpoints when it opened the networks.
        joined.put(containerId, Set.copyOf(allocation.strings("networks")));
        takeBack(containerId, Set.copyOf(allocation.strings("endpoints")), pid);
        if (pid > 0) {
            restoreNames(containerId, allocation, pid);
        }
    }

    /** Takes down what a change of a running container's networks has made that was cut short. */
    private void takeBack(String containerId, Set<String> kept, int pid) {
        List<StoredEndpoint> all = endpoints.of(containerId);
        if (all.stream().noneMatch(one -> kept.contains(one.endpoint().id()))) {
            return; // What is kept is of an earlier run: the daemon ended in the middle of a start.
        }
        for (StoredEndpoint one : all) {
            if (!kept.contains(one.endpoint().id())) {
                if (pid > 0) {
                    endpoints.detach(one, namespace(pid));
                }
                endpoints.withdraw(one);
            }
        }
    }

    private void restoreNames(String containerId, JsonObject allocation, int pid) {
        try {
            startNames(containerId, allocation, namespace(pid));
        } catch (StatusException e) {
            LOG.log(Level.WARNING, "container " + containerId + ": " + e.getMessage(), e);
        }
    }

    @Override
    public JsonObject rename(NetworkRequest request, JsonObject settings) {
        JsonObject shown = settings.copy();
        for (StoredEndpoint stored : endpoints.of(request.id())) {
            StoredNetwork network = endpoints.network(stored).stored();
            EndpointSettings wanted = AllocationView.wanted(request, network);
            EndpointNames others = EndpointNames.in(network.name(), request, wanted);
            catalog.add(stored.renamed(request.name(), others));
            if (!others.own().isEmpty()) {
                shown.object("Networks").object(network.name()).put("DNSNames", others.own());
            }
        }
        refreshNames(request.id());
        return shown;
    }

    private void refreshNames(String containerId) {
        try {
            names.refresh(containerId);
        } catch (IOException e) {
            throw new Internal("failed to change names in networks: " + e.getMessage(), e);
        }
    }

    @Override
    public void connect(
            NetworkRequest request,
            int pid,
            NetworkMembership now,
            String network,
            EndpointSettings wanted,
            Consumer<NetworkMembership> keep) {
        var subject = new Subject(request, pid, now);
        if (subject.isRunning()) {
            changed(
                    "connect",
                    request.id(),
                    memberships.connectNow(subject, network, wanted, keep));
        } else {
            memberships.connectLater(subject, network, wanted, keep);
        }
    }

    @Override
    public void disconnect(
            NetworkRequest request,
            int pid,
            NetworkMembership now,
            String network,
            boolean force,
            Consumer<NetworkMembership> keep) {
        var subject = new Subject(request, pid, now);
        if (!subject.isRunning() || (force && !catalog.has(network))) {
            memberships.disconnectLater(subject, network, keep);
        } else {
            changed("disconnect", request.id(), memberships.disconnectNow(subject, network, keep));
        }
    }

    @Override
    public void publish(
            NetworkRequest request, NetworkMembership now, Consumer<NetworkMembership> keep) {
        portChanges.publish(request, now, keep);
    }

    @Override
    public void withdraw(
            NetworkRequest request, NetworkMembership now, Consumer<NetworkMembership> keep) {
        portChanges.withdraw(request, now, keep);
    }

    /** A running container is in one network more or less. */
    private void changed(String action, String container, KnownNetwork network) {
        String id = network.stored().id();
        Set<String> networks = new HashSet<>(joined.getOrDefault(container, Set.of()));
        if (action.equals("connect")) {
            networks.add(id);
        } else {
            networks.remove(id);
        }
        joined.put(container, Set.copyOf(networks));
        refreshNames(container);
        tell(action, id, container);
    }

    private static Path namespace(int pid) {
        return Path.of("/proc", Integer.toString(pid), "ns", "net");
    }

    /** Takes down what containers had that nobody has restored; after all have been. */
    public void releaseUnclaimed() {
        catalog.containersWithEndpoints().stream()
                .filter(container -> !joined.containsKey(container))
                .forEach(endpoints::withdrawAll);
    }

    @Override
    public JsonObject settings(NetworkRequest request) {
        var shown = new JsonObject();
        request.networking()
                .endpoints()
                .forEach((name, wanted) ->
                        shown.put(name, SettingsView.blank(wanted, "", List.of())));
        return SettingsView.settings(new JsonObject(), null, shown);
    }

    /** The default bridge's address; the loopback's if there is no default bridge. */
    private InetAddress hostGateway() {
        for (KnownNetwork network : catalog.list()) {
            if (network.network() != null && network.stored().isPredefined()) {
                return network.stored().bridge().gateway(Family.IPV4).orElseThrow();
            }
        }
        return Subnet.parseAddress(LOCALHOST);
    }

    private void tell(String action, String networkId, String containerId) {
        StoredNetwork network = catalog.find(networkId).stored();
        events.publish(
                "network",
                action,
                networkId,
                Map.of("container", containerId, "name", network.name(), "type", network.driver()));
    }
}
