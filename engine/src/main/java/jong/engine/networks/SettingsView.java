package jong.engine.networks;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import jong.api.EndpointSettings;
import jong.network.Endpoint;
import jong.network.Family;
import jong.network.PublishedPort;
import jong.network.Subnet;
import jong.wire.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** {@code NetworkSettings} and its endpoints, in docker's shape. */
final class SettingsView {

    private SettingsView() {}

    /**
     * The whole of it.
     *
     * @param main the endpoint whose values stand at the top as well, or null
     * @param networks the endpoints by the names of their networks
     */
    static JsonObject settings(JsonObject ports, @Nullable JsonObject main, JsonObject networks) {
        JsonObject top = main == null ? new JsonObject() : main;
        return new JsonObject()
                .with("Bridge", "")
                .with("SandboxID", "")
                .with("SandboxKey", "")
                .with("Ports", ports)
                .with("HairpinMode", false)
                .with("LinkLocalIPv6Address", "")
                .with("LinkLocalIPv6PrefixLen", 0L)
                .with("SecondaryIPAddresses", null)
                .with("SecondaryIPv6Addresses", null)
                .with("EndpointID", top.string("EndpointID"))
                .with("Gateway", top.string("Gateway"))
                .with("GlobalIPv6Address", top.string("GlobalIPv6Address"))
                .with("GlobalIPv6PrefixLen", top.number("GlobalIPv6PrefixLen"))
                .with("IPAddress", top.string("IPAddress"))
                .with("IPPrefixLen", top.number("IPPrefixLen"))
                .with("IPv6Gateway", top.string("IPv6Gateway"))
                .with("MacAddress", top.string("MacAddress"))
                .with("Networks", networks);
    }

    /**
     * An endpoint with what was asked for, and nothing that it got.
     *
     * @param names by which it can be found; none shows null
     */
    static JsonObject blank(EndpointSettings wanted, String networkId, List<String> names) {
        JsonObject json = wanted.json();
        return new JsonObject()
                .with("IPAMConfig", json.get("IPAMConfig"))
                .with("Links", json.get("Links"))
                .with("Aliases", json.get("Aliases"))
                .with("MacAddress", wanted.macAddress())
                .with("NetworkID", networkId)
                .with("EndpointID", "")
                .with("Gateway", "")
                .with("IPAddress", "")
                .with("IPPrefixLen", 0L)
                .with("IPv6Gateway", "")
                .with("GlobalIPv6Address", "")
                .with("GlobalIPv6PrefixLen", 0L)
                .with("DriverOpts", json.get("DriverOpts"))
                .with("DNSNames", names.isEmpty() ? null : names);
    }

    /** An endpoint with its addresses. */
    static JsonObject endpoint(EndpointSettings wanted, StoredEndpoint stored) {
        Endpoint endpoint = stored.endpoint();
        JsonObject json =
                blank(wanted, stored.networkId(), stored.names().own())
                        .with("EndpointID", endpoint.id())
                        .with("MacAddress", endpoint.mac().map(Object::toString).orElse(""));
        endpoint.address(Family.IPV4)
                .ifPresent(own ->
                        json.with("Gateway", gateway(own))
                                .with("IPAddress", Subnet.text(own.address()))
                                .with("IPPrefixLen", (long) own.prefixLength()));
        endpoint.address(Family.IPV6)
                .ifPresent(own ->
                        json.with("IPv6Gateway", gateway(own))
                                .with("GlobalIPv6Address", Subnet.text(own.address()))
                                .with("GlobalIPv6PrefixLen", (long) own.prefixLength()));
        return json;
    }

    private static String gateway(Endpoint.Address own) {
        return own.gateway().map(Subnet::text).orElse("");
    }

    /** {@code Ports}: the published ones with the host's addresses, the exposed ones with null. */
    static JsonObject ports(List<PublishedPort> published, Set<String> exposed) {
        Map<String, List<JsonObject>> bindings = new TreeMap<>();
        for (PublishedPort port : published) {
            bindings.computeIfAbsent(
                            port.port() + "/" + port.protocol(), _ -> new java.util.ArrayList<>())
                    .add(
                            new JsonObject()
                                    .with("HostIp", hostAddress(port))
                                    .with("HostPort", Integer.toString(port.hostPort())));
        }
        var json = new JsonObject();
        exposed.stream().sorted().forEach(port -> json.with(port, bindings.get(port)));
        bindings.forEach(json::with);
        return json;
    }

    private static String hostAddress(PublishedPort port) {
        return Subnet.text(port.hostAddress());
    }
}
