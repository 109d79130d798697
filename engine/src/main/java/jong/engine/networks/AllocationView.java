package jong.engine.networks;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import jong.api.EndpointSettings;
import jong.engine.containers.NetworkMembership;
import jong.engine.containers.NetworkRequest;
import jong.network.PublishedPort;
import jong.wire.json.JsonObject;

/** What inspect shows of a running container's networks, and what is kept of them. */
final class AllocationView {

    private final Function<StoredEndpoint, KnownNetwork> network;

    /** Made of what finds an endpoint's network. */
    AllocationView(Function<StoredEndpoint, KnownNetwork> network) {
        this.network = network;
    }

    /** {@code NetworkSettings} of a container with these endpoints. */
    JsonObject settings(NetworkRequest request, List<StoredEndpoint> endpoints) {
        Map<String, JsonObject> shown = new TreeMap<>();
        for (StoredEndpoint endpoint : endpoints) {
            shown.put(network.apply(endpoint).stored().name(), show(request, endpoint));
        }
        List<PublishedPort> published =
                endpoints.stream().flatMap(stored -> stored.endpoint().ports().stream()).toList();
        var networks = new JsonObject();
        shown.forEach(networks::with);
        return SettingsView.settings(
                SettingsView.ports(published, request.exposedPorts()),
                shown.get("bridge"),
                networks);
    }

    /**
     * What a container keeps from now on.
     *
     * @param request with the networks that it is in now
     * @param before what it has kept until now
     */
    NetworkMembership membership(
            NetworkRequest request, NetworkMembership before, List<StoredEndpoint> endpoints) {
        JsonObject settings = settings(request, endpoints);
        for (String member : List.of("SandboxID", "SandboxKey")) {
            settings.put(member, before.settings().string(member));
        }
        JsonObject state = before.state().copy();
        state(endpoints).forEach(state::put);
        return new NetworkMembership(request.networking(), settings, state);
    }

    private JsonObject show(NetworkRequest request, StoredEndpoint endpoint) {
        return SettingsView.endpoint(wanted(request, network.apply(endpoint).stored()), endpoint);
    }

    /** What a container asked for of a network. */
    static EndpointSettings wanted(NetworkRequest request, StoredNetwork network) {
        for (var wanted : request.networking().endpoints().entrySet()) {
            if (network.isCalled(wanted.getKey())) {
                return wanted.getValue();
            }
        }
        return new EndpointSettings(new JsonObject());
    }

    /** What is kept of the endpoints, for a daemon that starts anew. */
    static JsonObject state(List<StoredEndpoint> endpoints) {
        return new JsonObject()
                .with("networks", endpoints.stream().map(StoredEndpoint::networkId).toList())
                .with("endpoints", endpoints.stream().map(one -> one.endpoint().id()).toList());
    }
}
