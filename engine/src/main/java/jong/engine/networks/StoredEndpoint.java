package jong.engine.networks;

import java.net.InetAddress;
import java.util.List;
import jong.network.Endpoint;
import jong.network.EndpointRequest;
import jong.network.Protocol;
import jong.network.PublishedPort;
import jong.network.Subnet;
import jong.wire.json.JsonObject;

/**
 * A container's endpoint in a network, as it is kept in the metadata.
 *
 * @param networkId of its network
 * @param containerId of its container
 * @param endpoint what the bridge knows of it
 */
record StoredEndpoint(String networkId, String containerId, Endpoint endpoint) {

    JsonObject toJson() {
        return new JsonObject()
                .with("network", networkId)
                .with("container", containerId)
                .with("id", endpoint.id())
                .with("name", endpoint.sandboxName())
                .with("interface", endpoint.interfaceName())
                .with("defaultRoute", endpoint.defaultRoute())
                .with("address", endpoint.address().getHostAddress())
                .with("mac", endpoint.mac().toString())
                .with("hostInterface", endpoint.hostInterface())
                .with("ports", endpoint.ports().stream().map(StoredEndpoint::toJson).toList());
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
                        json.flag("defaultRoute"),
                        Subnet.parseAddress(json.string("address")),
                        EndpointRequest.parseMac(json.string("mac")).orElseThrow(),
                        json.string("hostInterface"),
                        ports);
        return new StoredEndpoint(json.string("network"), json.string("container"), endpoint);
    }

    private static PublishedPort portFromJson(JsonObject json) {
        return new PublishedPort(
                json.string("protocol").equals("udp") ? Protocol.UDP : Protocol.TCP,
                (int) json.number("port"),
                InetAddress.ofLiteral(json.string("hostAddress")),
                (int) json.number("hostPort"));
    }
}
