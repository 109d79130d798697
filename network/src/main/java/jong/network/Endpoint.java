package jong.network;

import java.net.Inet4Address;
import java.util.List;
import jong.linux.netlink.MacAddress;

/**
 * A sandbox's place in a network: plain data, which the caller keeps and hands in again after a
 * restart ({@link Networks#openBridge}).
 *
 * @param id as requested
 * @param sandboxName as requested
 * @param interfaceName the interface's name inside
 * @param defaultRoute as requested
 * @param address its address
 * @param mac its Ethernet address
 * @param hostInterface the name of the veth's end on the host
 * @param ports its published ports; a mapping for all addresses is two of them
 */
public record Endpoint(
        String id,
        String sandboxName,
        String interfaceName,
        boolean defaultRoute,
        Inet4Address address,
        MacAddress mac,
        String hostInterface,
        List<PublishedPort> ports) {
    /** Copies the list. */
    public Endpoint {
        ports = List.copyOf(ports);
    }
}
