package jong.network;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import jong.linux.netlink.MacAddress;

/**
 * What a sandbox wants of a network.
 *
 * @param id the endpoint's id, unique; 64 hexadecimal digits as Docker makes them
 * @param sandboxName whose it is, for error messages
 * @param interfaceName the name of the interface inside, such as {@code eth0}
 * @param addresses the wanted addresses, at most one of a family; the next free one of a family
 *     that is not among them
 * @param mac the wanted Ethernet address; empty for one made of the address
 * @param ports the ports to publish
 * @param bandwidth how fast it may be; of bridge networks
 * @param settings what its interface is to have besides
 */
public record EndpointRequest(
        String id,
        String sandboxName,
        String interfaceName,
        List<InetAddress> addresses,
        Optional<MacAddress> mac,
        List<PortMapping> ports,
        Bandwidth bandwidth,
        InterfaceSettings settings) {
    /**
     * Reads an Ethernet address of six pairs of hexadecimal digits; an empty text is none.
     *
     * @throws IllegalArgumentException when it is not one
     */
    public static Optional<MacAddress> parseMac(String text) {
        return text.isEmpty() ? Optional.empty() : Optional.of(MacAddress.parse(text));
    }

    /** For an endpoint that may be as fast as it can. */
    public EndpointRequest(
            String id,
            String sandboxName,
            String interfaceName,
            List<InetAddress> addresses,
            Optional<MacAddress> mac,
            List<PortMapping> ports) {
        this(
                id,
                sandboxName,
                interfaceName,
                addresses,
                mac,
                ports,
                Bandwidth.UNLIMITED,
                InterfaceSettings.NONE);
    }

    /** The same, as fast as that. */
    public EndpointRequest limited(Bandwidth other) {
        return new EndpointRequest(
                id, sandboxName, interfaceName, addresses, mac, ports, other, settings);
    }

    /** The same with an interface that has more. */
    public EndpointRequest with(InterfaceSettings other) {
        return new EndpointRequest(
                id, sandboxName, interfaceName, addresses, mac, ports, bandwidth, other);
    }

    /** Copies the lists. */
    public EndpointRequest {
        addresses = List.copyOf(addresses);
        ports = List.copyOf(ports);
    }
}
