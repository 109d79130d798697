package jong.api;

import java.util.List;
import java.util.Map;
import jong.wire.json.JsonObject;

/**
 * A container's place in a network: what was asked for and, when running, what it got.
 *
 * @param json the object as sent, with members that Jong does not know too
 */
public record EndpointSettings(JsonObject json) {

    /** Links to other containers as {@code name:alias}. */
    public List<String> links() {
        return json.strings("Links");
    }

    /** More names of the container in this network. */
    public List<String> aliases() {
        return json.strings("Aliases");
    }

    /** The MAC address; asked for or given. */
    public String macAddress() {
        return json.string("MacAddress");
    }

    /** Options for the network's driver. */
    public Map<String, String> driverOpts() {
        return json.stringMap("DriverOpts");
    }

    /** The network with the highest one gives the default route. */
    public long gatewayPriority() {
        return json.number("GwPriority");
    }

    /** The network's id. */
    public String networkId() {
        return json.string("NetworkID");
    }

    /** The endpoint's id while the container runs. */
    public String endpointId() {
        return json.string("EndpointID");
    }

    /** The IPv4 gateway while the container runs. */
    public String gateway() {
        return json.string("Gateway");
    }

    /** The IPv4 address while the container runs. */
    public String ipAddress() {
        return json.string("IPAddress");
    }

    /** Bits of the IPv4 network. */
    public long ipPrefixLength() {
        return json.number("IPPrefixLen");
    }

    /** The IPv6 gateway while the container runs. */
    public String ipv6Gateway() {
        return json.string("IPv6Gateway");
    }

    /** The IPv6 address while the container runs. */
    public String globalIpv6Address() {
        return json.string("GlobalIPv6Address");
    }

    /** Bits of the IPv6 network. */
    public long globalIpv6PrefixLength() {
        return json.number("GlobalIPv6PrefixLen");
    }

    /** Every name that DNS answers for the container in this network. */
    public List<String> dnsNames() {
        return json.strings("DNSNames");
    }

    /** The IPv4 address that was asked for; empty means any. */
    public String requestedIpv4() {
        return json.object("IPAMConfig").string("IPv4Address");
    }

    /** The IPv6 address that was asked for; empty means any. */
    public String requestedIpv6() {
        return json.object("IPAMConfig").string("IPv6Address");
    }

    /** More link-local addresses that were asked for. */
    public List<String> linkLocalAddresses() {
        return json.object("IPAMConfig").strings("LinkLocalIPs");
    }
}
