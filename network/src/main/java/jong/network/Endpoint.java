package jong.network;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import jong.linux.netlink.MacAddress;

/**
 * A sandbox's place in a network: plain data, which the caller keeps and hands in again after a
 * restart ({@link Networks#open}).
 *
 * @param id as requested
 * @param sandboxName as requested
 * @param interfaceName the interface's name inside
 * @param addresses its addresses, at most one of IPv4 and one of IPv6
 * @param mac its Ethernet address; empty where it has that of its parent
 * @param hostInterface the name of the interface's end on the host; empty if it has none
 * @param ports its published ports; a mapping for all addresses is two of them
 * @param bandwidth how fast it may be
 * @param settings what its interface has besides
 */
public record Endpoint(
        String id,
        String sandboxName,
        String interfaceName,
        List<Address> addresses,
        Optional<MacAddress> mac,
        String hostInterface,
        List<PublishedPort> ports,
        Bandwidth bandwidth,
        InterfaceSettings settings) {

    /**
     * One of its addresses.
     *
     * @param address the address
     * @param prefixLength bits of the network that it is in
     * @param gateway the way out of the network; empty where none leads out, and the unspecified
     *     address where the interface itself does
     */
    public record Address(InetAddress address, int prefixLength, Optional<InetAddress> gateway) {
        @Override
        public String toString() {
            return Subnet.text(address) + "/" + prefixLength;
        }
    }

    /** Copies the lists. */
    public Endpoint {
        addresses = List.copyOf(addresses);
        ports = List.copyOf(ports);
    }

    /** One that may be as fast as it can. */
    public Endpoint(
            String id,
            String sandboxName,
            String interfaceName,
            List<Address> addresses,
            Optional<MacAddress> mac,
            String hostInterface,
            List<PublishedPort> ports) {
        this(
                id,
                sandboxName,
                interfaceName,
                addresses,
                mac,
                hostInterface,
                ports,
                Bandwidth.UNLIMITED,
                InterfaceSettings.NONE);
    }

    /** The address of a family, if it has one. */
    public Optional<Address> address(Family family) {
        return addresses.stream().filter(own -> Family.of(own.address) == family).findFirst();
    }

    /** The same with other ports. */
    public Endpoint withPorts(List<PublishedPort> others) {
        return copy(sandboxName, others, bandwidth, settings);
    }

    /** The same for a sandbox of another name. */
    public Endpoint renamed(String name) {
        return copy(name, ports, bandwidth, settings);
    }

    /** The same, as fast as that. */
    public Endpoint limited(Bandwidth other) {
        return copy(sandboxName, ports, other, settings);
    }

    /** The same with an interface that has more. */
    public Endpoint with(InterfaceSettings other) {
        return copy(sandboxName, ports, bandwidth, other);
    }

    private Endpoint copy(
            String name, List<PublishedPort> held, Bandwidth speed, InterfaceSettings more) {
        return new Endpoint(
                id, name, interfaceName, addresses, mac, hostInterface, held, speed, more);
    }
}
