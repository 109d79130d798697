package jong.network;

import java.net.Inet4Address;

/**
 * How a bridge network is to be.
 *
 * @param bridge the interface's name, at most 15 bytes; an existing bridge is taken over
 * @param subnet the addresses of its endpoints
 * @param range the part of the subnet from which endpoints get addresses unless they ask for one
 * @param gateway the bridge's own address
 * @param mtu largest packet, bytes; 0 for 1500
 * @param connected whether its endpoints reach each other (Docker's {@code icc})
 * @param masquerade whether connections to the outside get the host's address
 * @param internal whether nothing leads outside
 */
public record BridgeSettings(
        String bridge,
        Subnet subnet,
        Subnet range,
        Inet4Address gateway,
        int mtu,
        boolean connected,
        boolean masquerade,
        boolean internal) {
    /** Docker's defaults: the first address is the gateway's, all is allowed. */
    public static BridgeSettings of(String bridge, Subnet subnet) {
        return new BridgeSettings(bridge, subnet, subnet, subnet.at(1), 0, true, true, false);
    }

    /**
     * Checks that the gateway and the range are in the subnet.
     *
     * @throws IllegalArgumentException when one is not
     */
    public BridgeSettings {
        if (!subnet.contains(gateway)) {
            throw new IllegalArgumentException(
                    "gateway " + gateway.getHostAddress() + " is not in " + subnet);
        }
        if (range.prefixLength() < subnet.prefixLength() || !subnet.contains(range.network())) {
            throw new IllegalArgumentException("range " + range + " is not in " + subnet);
        }
        if (bridge.isEmpty() || bridge.length() > 15 || bridge.contains("/")) {
            throw new IllegalArgumentException("invalid bridge name: " + bridge);
        }
    }

    /**
     * The same network, with its endpoints' addresses from a part of the subnet.
     *
     * @throws IllegalArgumentException when that is no part of it
     */
    public BridgeSettings within(Subnet part) {
        return new BridgeSettings(
                bridge, subnet, part, gateway, mtu, connected, masquerade, internal);
    }
}
