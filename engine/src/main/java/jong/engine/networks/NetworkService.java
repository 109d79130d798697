package jong.engine.networks;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import jong.api.EndpointSettings;
import jong.engine.config.DaemonOptions;
import jong.engine.containers.ContainerNetworks;
import jong.engine.containers.Identifiers;
import jong.engine.containers.NetworkAllocation;
import jong.engine.containers.NetworkRequest;
import jong.engine.events.Events;
import jong.network.Endpoint;
import jong.network.EndpointRequest;
import jong.network.Family;
import jong.network.PortMapping;
import jong.network.PublishedPort;
import jong.network.ResolvConf.Overrides;
import jong.network.SandboxNetwork;
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
    private final DaemonOptions options;
    private final NameFiles files;
    private final Events events;

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
        this.options = options;
        this.events = events;
    }

    @Override
    public NetworkAllocation allocate(NetworkRequest request) {
        String mode = mode(request);
        if (mode.startsWith("container:")) {
            return new NetworkAllocation(request.id(), "", "", settings(request), new JsonObject());
        }
        KnownNetwork first = catalog.find(mode);
        return first.network() == null ? plain(request, first) : bridged(request);
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

    private NetworkAllocation bridged(NetworkRequest request) {
        List<PortMapping> ports = PortRequests.of(request, options.publishAddress());
        List<StoredEndpoint> reserved = new ArrayList<>();
        var shown = new JsonObject();
        try {
            for (var wanted : wantedNetworks(request).entrySet()) {
                KnownNetwork network = catalog.find(wanted.getKey());
                boolean first = reserved.isEmpty();
                StoredEndpoint endpoint =
                        reserve(
                                request,
                                network,
                                wanted.getValue(),
                                "eth" + reserved.size(),
                                first ? ports : List.of());
                reserved.add(endpoint);
                shown.with(
                        network.stored().name(),
                        SettingsView.endpoint(wanted.getValue(), endpoint));
            }
        } catch (RuntimeException e) {
            reserved.forEach(this::withdraw);
            throw e;
        }
        return allocation(request, reserved, shown);
    }

    private NetworkAllocation allocation(
            NetworkRequest request, List<StoredEndpoint> reserved, JsonObject shown) {
        List<InetAddress> addresses =
                reserved.stream()
                        .flatMap(stored -> stored.endpoint().addresses().stream())
                        .map(Endpoint.Address::address)
                        .toList();
        List<PublishedPort> published =
                reserved.stream().flatMap(stored -> stored.endpoint().ports().stream()).toList();
        JsonObject main = shown.object(shown.keySet().iterator().next());
        boolean onDefault = shown.containsKey("bridge");
        Overrides overrides = files.overrides(request.host());
        boolean named = reserved.stream().anyMatch(stored -> !stored.names().own().isEmpty());
        boolean ipv6 = addresses.stream().anyMatch(address -> Family.of(address) == Family.IPV6);
        return new NetworkAllocation(
                request.id(),
                files.hosts(request, addresses, hostGateway()),
                named ? files.resolvConfOfServer(overrides) : files.resolvConf(overrides, ipv6),
                SettingsView.settings(
                        SettingsView.ports(published, request.exposedPorts()),
                        onDefault ? main : null,
                        shown),
                new JsonObject()
                        .with("networks", reserved.stream().map(StoredEndpoint::networkId).toList())
                        .with("resolver", ResolverState.toJson(overrides)));
    }

    /** The network of the mode first, then the others that were asked for. */
    private static Map<String, EndpointSettings> wantedNetworks(NetworkRequest request) {
        Map<String, EndpointSettings> asked = request.networking().endpoints();
        Map<String, EndpointSettings> wanted = new LinkedHashMap<>();
        String mode = mode(request);
        EndpointSettings none = new EndpointSettings(new JsonObject());
        EndpointSettings first = asked.getOrDefault(mode, asked.getOrDefault("default", none));
        wanted.put(mode, first);
        asked.forEach((name, settings) -> {
            if (!name.equals("default")) {
                wanted.putIfAbsent(name, settings);
            }
        });
        return wanted;
    }

    private StoredEndpoint reserve(
            NetworkRequest request,
            KnownNetwork network,
            EndpointSettings wanted,
            String interfaceName,
            List<PortMapping> ports) {
        SandboxNetwork sandboxes = network.network();
        if (sandboxes == null) {
            throw new InvalidArgument(
                    "container cannot be connected to network "
                            + network.stored().name()
                            + " besides another");
        }
        String mac = wanted.macAddress().isEmpty() ? request.macAddress() : wanted.macAddress();
        try {
            var endpoint =
                    sandboxes.reserve(
                            new EndpointRequest(
                                    Identifiers.random(),
                                    request.name(),
                                    interfaceName,
                                    addresses(wanted, network),
                                    EndpointRequest.parseMac(mac),
                                    ports));
            var stored =
                    new StoredEndpoint(
                            network.stored().id(),
                            request.id(),
                            wanted.gatewayPriority(),
                            names(request, network.stored().name(), wanted),
                            endpoint);
            catalog.add(stored);
            return stored;
        } catch (IOException e) {
            throw new Internal(String.valueOf(e.getMessage()), e);
        } catch (IllegalArgumentException e) {
            throw new InvalidArgument("invalid MAC address: " + mac, e);
        }
    }

    private static List<InetAddress> addresses(EndpointSettings wanted, KnownNetwork network) {
        var addresses = new ArrayList<InetAddress>();
        address(Family.IPV4, wanted.requestedIpv4(), network).ifPresent(addresses::add);
        address(Family.IPV6, wanted.requestedIpv6(), network).ifPresent(addresses::add);
        return addresses;
    }

    private static Optional<InetAddress> address(Family family, String text, KnownNetwork network) {
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            InetAddress address = Subnet.parseAddress(text);
            if (requireNonNull(network.network()).pools().stream()
                    .anyMatch(pool -> pool.subnet().contains(address))) {
                return Optional.of(address);
            }
        } catch (IllegalArgumentException e) {
            throw new InvalidArgument(
                    "invalid endpoint settings:\ninvalid " + family + " address: " + text, e);
        }
        throw new InvalidArgument(
                "invalid endpoint settings:\n"
                        + "no configured subnet or ip-range contain the IP address "
                        + text);
    }

    private static EndpointNames names(
            NetworkRequest request, String network, EndpointSettings wanted) {
        return Predefined.NAMES.contains(network)
                ? new EndpointNames(List.of(), List.of())
                : EndpointNames.of(request, wanted);
    }

    @Override
    public JsonObject attach(NetworkAllocation allocation, int pid) {
        Path namespace = namespace(pid);
        String container = allocation.containerId();
        List<StoredEndpoint> endpoints = catalog.endpointsOfContainer(container);
        for (StoredEndpoint stored : endpoints) {
            SandboxNetwork network = catalog.find(stored.networkId()).network();
            try {
                if (network != null) {
                    network.attach(stored.endpoint(), namespace, leading(stored, endpoints));
                }
            } catch (IOException e) {
                throw new Internal(String.valueOf(e.getMessage()), e);
            }
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

    /** The families for which an endpoint gives the container its default route. */
    private Set<Family> leading(StoredEndpoint endpoint, List<StoredEndpoint> all) {
        Set<Family> families = EnumSet.noneOf(Family.class);
        for (Family family : Family.values()) {
            Optional<StoredEndpoint> leader =
                    all.stream()
                            .filter(one -> leadsOutside(one, family))
                            .min(
                                    Comparator.comparingLong(StoredEndpoint::priority)
                                            .reversed()
                                            .thenComparing(one ->
                                                    catalog.find(one.networkId()).stored().name()));
            if (leader.filter(endpoint::equals).isPresent()) {
                families.add(family);
            }
        }
        return families;
    }

    private static boolean leadsOutside(StoredEndpoint stored, Family family) {
        return stored.endpoint().address(family).flatMap(Endpoint.Address::gateway).isPresent();
    }

    @Override
    public void release(String containerId) {
        names.stop(containerId);
        catalog.endpointsOfContainer(containerId).forEach(this::withdraw);
        Set<String> networks = joined.remove(containerId);
        if (networks != null) {
            networks.forEach(network -> tell("disconnect", network, containerId));
        }
    }

    private void withdraw(StoredEndpoint stored) {
        SandboxNetwork network = catalog.find(stored.networkId()).network();
        try {
            if (network != null) {
                network.release(stored.endpoint());
            }
        } catch (IOException e) {
            throw new Internal(String.valueOf(e.getMessage()), e);
        }
        catalog.forget(stored);
    }

    @Override
    public void restore(String containerId, JsonObject allocation, int pid) {
        // The catalog has adopted the endpoints when it opened the networks.
        joined.put(containerId, Set.copyOf(allocation.strings("networks")));
        if (pid > 0) {
            restoreNames(containerId, allocation, pid);
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
        for (StoredEndpoint stored : catalog.endpointsOfContainer(request.id())) {
            String network = catalog.find(stored.networkId()).stored().name();
            EndpointSettings wanted =
                    wantedNetworks(request)
                            .getOrDefault(network, new EndpointSettings(new JsonObject()));
            EndpointNames others = names(request, network, wanted);
            catalog.add(stored.renamed(request.name(), others));
            if (!others.own().isEmpty()) {
                shown.object("Networks").object(network).put("DNSNames", others.own());
            }
        }
        try {
            names.refresh(request.id());
        } catch (IOException e) {
            throw new Internal("failed to rename in networks: " + e.getMessage(), e);
        }
        return shown;
    }

    /** Takes down what containers had that nobody has restored; after all have been. */
    public void releaseUnclaimed() {
        for (KnownNetwork network : catalog.list()) {
            for (StoredEndpoint endpoint : catalog.endpointsOf(network.stored().id())) {
                if (!joined.containsKey(endpoint.containerId())) {
                    withdraw(endpoint);
                }
            }
        }
    }

    @Override
    public JsonObject settings(NetworkRequest request) {
        var endpoints = new JsonObject();
        if (!mode(request).startsWith("container:")) {
            wantedNetworks(request)
                    .forEach((name, wanted) ->
                            endpoints.put(
                                    name,
                                    SettingsView.blank(
                                            wanted, "", names(request, name, wanted).own())));
        }
        return SettingsView.settings(new JsonObject(), null, endpoints);
    }

    private static Path namespace(int pid) {
        return Path.of("/proc", Integer.toString(pid), "ns", "net");
    }

    private static String mode(NetworkRequest request) {
        String mode = request.host().networkMode();
        return mode.isEmpty() || mode.equals("default") ? "bridge" : mode;
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
