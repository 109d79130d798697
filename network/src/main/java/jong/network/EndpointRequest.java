package jong.network;

import java.net.Inet4Address;
import java.util.List;
import java.util.Optional;
import jong.linux.netlink.MacAddress;

/**
 * What a sandbox wants of a network.
 *
 * @param id the endpoint's id, unique; 64 hexadecimal digits as Docker makes them
 * @param sandboxName whose it is, for error messages
 * @param interfaceName the name of the interface inside, such as {@code eth0}
 * @param defaultRoute whether the network's gateway becomes the sandbox's default route
 * @param address the wanted address; empty for the next free one
 * @param mac the wanted Ethernet address; empty for one made of the address
 * @param ports the ports to publish
 */
public record EndpointRequest(
        String id,
        String sandboxName,
        String interfaceName,
        boolean defaultRoute,
        Optional<Inet4Address> address,
        Optional<MacAddress> mac,
        List<PortMapping> ports) {
    /**
     * Reads an Ethernet address of six pairs of hexadecimal digits; an empty text is none.
     *
     * @throws IllegalArgumentException when it is not one
     */
    public static Optional<MacAddress> parseMac(String text) {
        return text.isEmpty() ? Optional.empty() : Optional.of(MacAddress.parse(text));
    }

    /** Copies the list. */
    public EndpointRequest {
        ports = List.copyOf(ports);
    }
}
