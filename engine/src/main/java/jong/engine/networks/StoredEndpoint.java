package jong.engine.networks;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import jong.network.Bandwidth;
import jong.network.Endpoint;
import jong.network.EndpointRequest;
import jong.network.InterfaceSettings;
import jong.network.InterfaceSettings.Sysctl;
import jong.network.Protocol;
import jong.network.PublishedPort;
import jong.network.Subnet;
import jong.wire.json.JsonObject;

/**
 * A container's endpoint in a network, as it is kept in the metadata.
 *
 * @param networkId of its network
 * @param containerId of its container
 * @param priority the container's default routes are those of the endpoint with the highest one
 * @param names by which the container is known in it
 * @param endpoint what the bridge knows of it
 */
record StoredEndpoint(
        String networkId,
        String containerId,
        long priority,
        EndpointNames names,
        Endpoint endpoint) {

    /** The same under other names. */
    StoredEndpoint renamed(String name, EndpointNames others) {
        return new StoredEndpoint(networkId, containerId, priority, others, endpoint.renamed(name));
    }

    /** The same with another state of the endpoint. */
    StoredEndpoint with(Endpoint changed) {
        return new StoredEndpoint(networkId, containerId, priority, names, changed);
    }

    JsonObject toJson() {
        return new JsonObject()
                .with("network", networkId)
                .with("container", containerId)
                .with("priority", priority)
                .with("names", names.toJson())
                .with("id", endpoint.id())
                .with("name", endpoint.sandboxName())
                .with("interface", endpoint.interfaceName())
                .with(
                        "addresses",
                        endpoint.addresses().stream().map(StoredEndpoint::toJson).toList())
                .with("mac", endpoint.mac().map(Object::toString).orElse(""))
                .with("hostInterface", endpoint.hostInterface())
                .with("ports", endpoint.ports().stream().map(StoredEndpoint::toJson).toList())
                .with("ingress", endpoint.bandwidth().ingress())
                .with("egress", endpoint.bandwidth().egress())
                .with(
                        "linkLocal",
                        endpoint.settings().linkLocal().stream().map(Subnet::text).toList())
                .with(
                        "sysctls",
                        endpoint.settings().sysctls().stream().map(Sysctl::toString).toList());
    }

    private static JsonObject toJson(Endpoint.Address own) {
        return new JsonObject()
                .with("address", Subnet.text(own.address()))
                .with("prefixLength", own.prefixLength())
                .with("gateway", own.gateway().map(Subnet::text).orElse(""));
    }

    private static Endpoint.Address addressFromJson(JsonObject json) {
        return new Endpoint.Address(
                Subnet.parseAddress(json.string("address")),
                (int) json.number("prefixLength"),
                Optional.of(json.string("gateway"))
                        .filter(text -> !text.isEmpty())
                        .map(Subnet::parseAddress));
    }

    private static JsonObject toJson(PublishedPort port) {
        return new JsonObject()
                .with("protocol", port.protocol().toString())
                .with("port", port.port())
                .with("hostAddress", port.hostAddress().getHostAddress())
                .with("hostPort", port.hostPort());
    }

    static StoredEndpoint fromJson(JsonObject json) {
        List<PublishedPort> ports =
                json.objects("ports").stream().map(StoredEndpoint::portFromJson).toList();
        var endpoint =
                new Endpoint(
                        json.string("id"),
                        json.string("name"),
                        json.string("interface"),
                        json.objects("addresses").stream()
                                .map(StoredEndpoint::addressFromJson)
                                .toList(),
                        EndpointRequest.parseMac(json.string("mac")),
                        json.string("hostInterface"),
                        ports,
                        new Bandwidth(json.number("ingress"), json.number("egress")),
                        new InterfaceSettings(
                                json.strings("linkLocal").stream()
                                        .map(Subnet::parseAddress)
                                        .toList(),
                                json.strings("sysctls").stream().map(Sysctl::parse).toList()));
        return new StoredEndpoint(
                json.string("network"),
                json.string("container"),
                json.number("priority"),
                EndpointNames.fromJson(json.object("names")),
                endpoint);
    }

    private static PublishedPort portFromJson(JsonObject json) {
        return new PublishedPort(
                Protocol.of(json.string("protocol")),
                (int) json.number("port"),
                InetAddress.ofLiteral(json.string("hostAddress")),
                (int) json.number("hostPort"));
    }
}
