package jong.network;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/**
 * How a bridge network is to be.
 *
 * @param bridge the interface's name, at most 15 bytes; an existing bridge is taken over
 * @param pools the addresses of its endpoints: one of IPv4, one of IPv6, or both
 * @param mtu largest packet, bytes; 0 for 1500
 * @param policy who may reach whom
 * @param host how the host takes part
 */
public record BridgeSettings(
        String bridge, List<IpamPool> pools, int mtu, Policy policy, HostPart host) {

    /**
     * How the host takes part in a network.
     *
     * @param hasIpv4 whether the bridge has the IPv4 gateway's address, which another machine may
     *     have instead
     * @param trusted interfaces from which published ports are reached at the sandboxes' own
     *     addresses
     * @param sources what connections to the outside get as their source, at most one address of a
     *     family; those of the interface they leave by otherwise
     */
    public record HostPart(boolean hasIpv4, List<String> trusted, List<InetAddress> sources) {
        /** As in Docker where nothing else is said. */
        public static final HostPart USUAL = new HostPart(true, List.of(), List.of());

        /** Copies the lists. */
        public HostPart {
            trusted = List.copyOf(trusted);
            sources = List.copyOf(sources);
        }

        /** What connections of a family get as their source, if it is said. */
        Optional<InetAddress> source(Family family) {
            return sources.stream().filter(address -> Family.of(address) == family).findFirst();
        }
    }

    /** With a host that takes part as usual. */
    public BridgeSettings(String bridge, List<IpamPool> pools, int mtu, Policy policy) {
        this(bridge, pools, mtu, policy, HostPart.USUAL);
    }

    /**
     * Who may reach whom.
     *
     * @param connected whether its endpoints reach each other (Docker's {@code icc})
     * @param masquerade whether connections to the outside get the host's address
     * @param internal whether nothing leads outside
     * @param ipv4 how it is reached over IPv4
     * @param ipv6 how it is reached over IPv6
     */
    public record Policy(
            boolean connected,
            boolean masquerade,
            boolean internal,
            GatewayMode ipv4,
            GatewayMode ipv6) {
        /** All is allowed, as in Docker where nothing else is said. */
        public static final Policy OPEN =
                new Policy(true, true, false, GatewayMode.NAT, GatewayMode.NAT);

        /** The same, but that nothing leads outside. */
        public Policy withoutOutside() {
            return new Policy(connected, masquerade, true, ipv4, ipv6);
        }

        /** The same, but that endpoints do not reach each other. */
        public Policy disconnected() {
            return new Policy(false, masquerade, internal, ipv4, ipv6);
        }

        GatewayMode mode(Family family) {
            return family == Family.IPV6 ? ipv6 : ipv4;
        }
    }

    /** Docker's defaults: the first address of each subnet is the gateway's, all is allowed. */
    public static BridgeSettings of(String bridge, Subnet... subnets) {
        return new BridgeSettings(
                bridge, List.of(subnets).stream().map(IpamPool::of).toList(), 0, Policy.OPEN);
    }

    /**
     * Checks the name, and that there is at most one pool of a family.
     *
     * @throws IllegalArgumentException when it is not so
     */
    public BridgeSettings {
        pools = List.copyOf(pools);
        if (pools.stream().map(IpamPool::family).distinct().count() < pools.size()) {
            throw new IllegalArgumentException("bridge driver doesn't support multiple subnets");
        }
        if (bridge.isEmpty() || bridge.length() > 15 || bridge.matches(".*[/\\s].*")) {
            throw new IllegalArgumentException("invalid bridge name: " + bridge);
        }
    }

    /** The pool of a family, if it has one. */
    public Optional<IpamPool> pool(Family family) {
        return pools.stream().filter(pool -> pool.family() == family).findFirst();
    }

    /** The bridge's own address of a family, if it has one: an isolated network has none. */
    public Optional<InetAddress> gateway(Family family) {
        return policy.mode(family) == GatewayMode.ISOLATED
                ? Optional.empty()
                : pool(family).flatMap(IpamPool::gateway);
    }

    /** The same network with another policy. */
    public BridgeSettings with(Policy other) {
        return new BridgeSettings(bridge, pools, mtu, other, host);
    }

    /** The same network with another part of the host. */
    public BridgeSettings with(HostPart other) {
        return new BridgeSettings(bridge, pools, mtu, policy, other);
    }
}
