package jong.engine.networks;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import jong.api.EndpointSettings;
import jong.engine.containers.NetworkRequest;
import jong.network.InterfaceSettings;
import jong.network.PortMapping;

/** Reserves what containers want of their networks. */
final class Allocator {

    private final NetworkCatalog catalog;
    private final Endpoints endpoints;
    private final AllocationView view;
    private final String publishAddress;

    /**
     * Made of the catalog and what becomes of its networks' endpoints.
     *
     * @param publishAddress the host's address for ports where neither container nor network say
     *     one
     */
    Allocator(NetworkCatalog catalog, Endpoints endpoints, String publishAddress) {
        this.catalog = catalog;
        this.endpoints = endpoints;
        this.publishAddress = publishAddress;
        this.view = new AllocationView(endpoints::network);
    }

    /** What inspect shows of endpoints. */
    AllocationView view() {
        return view;
    }

    /** Reserves an endpoint in each of a container's networks; all or none. */
    List<StoredEndpoint> reserve(NetworkRequest request) {
        Map<KnownNetwork, EndpointSettings> wanted = networks(request);
        Optional<KnownNetwork> publishing = publishing(wanted);
        List<StoredEndpoint> reserved = new ArrayList<>();
        try {
            wanted.forEach((network, settings) -> {
                boolean publishes = publishing.filter(network::equals).isPresent();
                reserved.add(
                        endpoints.reserve(
                                request,
                                network,
                                settings,
                                interfaceName(network, settings, names(reserved, wanted)),
                                publishes ? ports(request, network.stored()) : List.of()));
            });
            return reserved;
        } catch (RuntimeException e) {
            reserved.forEach(endpoints::withdraw);
            throw e;
        }
    }

    /** Reserves one endpoint more; it publishes the ports if none before can. */
    StoredEndpoint reserveMore(
            NetworkRequest request,
            List<StoredEndpoint> before,
            KnownNetwork network,
            EndpointSettings settings) {
        boolean publishes =
                publishes(network)
                        && before.stream().map(endpoints::network).noneMatch(Allocator::publishes);
        return endpoints.reserve(
                request,
                network,
                settings,
                interfaceName(network, settings, names(before, Map.of())),
                publishes ? ports(request, network.stored()) : List.of());
    }

    /** The names of interfaces that a container has, and those that it wants for others. */
    private static Set<String> names(
            List<StoredEndpoint> before, Map<KnownNetwork, EndpointSettings> wanted) {
        return Stream.concat(
                        before.stream().map(one -> one.endpoint().interfaceName()),
                        wanted.values().stream()
                                .map(one -> InterfaceSettings.name(one.driverOpts())))
                .collect(Collectors.toSet());
    }

    /** The name that is asked for, or the next free one with the network's prefix. */
    private static String interfaceName(
            KnownNetwork network, EndpointSettings settings, Set<String> taken) {
        String asked = InterfaceSettings.name(settings.driverOpts());
        String prefix = network.stored().interfacePrefix();
        return asked.isEmpty()
                ? IntStream.rangeClosed(0, taken.size())
                        .mapToObj(number -> prefix + number)
                        .filter(name -> !taken.contains(name))
                        .findFirst()
                        .orElseThrow()
                : asked;
    }

    /** A container's networks: the default one first, as in dockerd, then as they were given. */
    private Map<KnownNetwork, EndpointSettings> networks(NetworkRequest request) {
        var networks = new LinkedHashMap<KnownNetwork, EndpointSettings>();
        request.networking()
                .endpoints()
                .forEach((name, settings) -> {
                    KnownNetwork network = catalog.ready(name);
                    if (network.stored().isPredefined()) {
                        networks.putFirst(network, settings);
                    } else {
                        networks.putIfAbsent(network, settings);
                    }
                });
        return networks;
    }

    /** The network by which a container's ports are published: that of its default route. */
    private static Optional<KnownNetwork> publishing(Map<KnownNetwork, EndpointSettings> networks) {
        Comparator<Map.Entry<KnownNetwork, EndpointSettings>> order =
                Comparator.comparingLong(entry -> -entry.getValue().gatewayPriority());
        return networks.entrySet().stream()
                .filter(entry -> publishes(entry.getKey()))
                .min(order.thenComparing(entry -> entry.getKey().stored().name()))
                .map(Map.Entry::getKey);
    }

    private static boolean publishes(KnownNetwork network) {
        return network.stored().driver().equals("bridge") && !network.stored().isInternal();
    }

    /** Of a running container's endpoints, the one by which its ports are published. */
    Optional<StoredEndpoint> publishing(List<StoredEndpoint> all) {
        return all.stream()
                .filter(one -> publishes(endpoints.network(one)))
                .min(
                        Comparator.comparingLong(StoredEndpoint::priority)
                                .reversed()
                                .thenComparing(one -> endpoints.network(one).stored().name()));
    }

    /** The ports that a container wants to have published by a network. */
    List<PortMapping> ports(NetworkRequest request, StoredNetwork network) {
        return PortRequests.of(request, network.publishAddress().orElse(publishAddress));
    }
}
