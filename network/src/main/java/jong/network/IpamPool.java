package jong.network;

import java.net.InetAddress;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Addresses of a network that its endpoints can have: what Docker calls an IPAM configuration.
 *
 * @param subnet all of them
 * @param range the part from which endpoints get addresses unless they ask for one
 * @param gateway the way out: a bridge's own address; empty where there is none
 * @param reserved addresses of others (Docker's auxiliary addresses), never handed out
 */
public record IpamPool(
        Subnet subnet, Subnet range, Optional<InetAddress> gateway, List<InetAddress> reserved) {

    /**
     * Checks that all is in the subnet.
     *
     * @throws IllegalArgumentException when something is not
     */
    public IpamPool {
        reserved = List.copyOf(reserved);
        if (range.prefixLength() < subnet.prefixLength() || !subnet.contains(range.network())) {
            throw new IllegalArgumentException("range " + range + " is not in " + subnet);
        }
        requireInside(subnet, "gateway", gateway.stream().toList());
        requireInside(subnet, "auxiliary address", reserved);
    }

    /** All of a subnet, with its first address as the gateway. */
    public static IpamPool of(Subnet subnet) {
        return new IpamPool(subnet, subnet, Optional.of(subnet.at(1)), List.of());
    }

    /** What addresses these are. */
    public Family family() {
        return subnet.family();
    }

    /** The same with addresses for endpoints from a part of the subnet only. */
    public IpamPool within(Subnet part) {
        return new IpamPool(subnet, part, gateway, reserved);
    }

    private static void requireInside(
            Subnet subnet, String what, Collection<InetAddress> addresses) {
        for (InetAddress address : addresses) {
            if (!subnet.contains(address)) {
                throw new IllegalArgumentException(
                        what + " " + Subnet.text(address) + " is not in " + subnet);
            }
        }
    }
}
