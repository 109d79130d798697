package jong.engine.networks;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import jong.api.EndpointSettings;
import jong.network.BridgeSettings;
import jong.network.PublishedPort;
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
                .with("GlobalIPv6Address", "")
                .with("GlobalIPv6PrefixLen", 0L)
                .with("IPAddress", top.string("IPAddress"))
                .with("IPPrefixLen", top.number("IPPrefixLen"))
                .with("IPv6Gateway", "")
                .with("MacAddress", top.string("MacAddress"))
                .with("Networks", networks);
    }

    /** An endpoint with what was asked for, and nothing that it got. */
    static JsonObject blank(EndpointSettings wanted, String networkId) {
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
                .with("DNSNames", null);
    }

    /** An endpoint with its addresses. */
    static JsonObject endpoint(
            EndpointSettings wanted,
            StoredEndpoint stored,
            @Nullable BridgeSettings bridge,
            @Nullable List<String> dnsNames) {
        JsonObject json =
                blank(wanted, stored.networkId()).with("EndpointID", stored.endpoint().id());
        if (bridge == null) {
            return json;
        }
        return json.with("Gateway", bridge.gateway().getHostAddress())
                .with("IPAddress", stored.endpoint().address().getHostAddress())
                .with("IPPrefixLen", (long) bridge.subnet().prefixLength())
                .with("MacAddress", stored.endpoint().mac().toString())
                .with("DNSNames", dnsNames);
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
        boolean any = port.hostAddress().isAnyLocalAddress();
        boolean six = port.hostAddress() instanceof java.net.Inet6Address;
        return any ? six ? "::" : "0.0.0.0" : port.hostAddress().getHostAddress();
    }
}
