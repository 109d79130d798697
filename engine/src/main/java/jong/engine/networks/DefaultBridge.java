package jong.engine.networks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import jong.engine.config.DaemonOptions;
import jong.network.BridgeSettings;
import jong.network.Family;
import jong.network.IpamPool;
import jong.network.Networks;
import jong.network.Subnet;
import jong.wire.status.StatusException.InvalidArgument;

/** How the default network's bridge is to be: what the daemon's options say, as in dockerd. */
final class DefaultBridge {

    private final Networks kernel;
    private final DaemonOptions options;
    private final String name;

    DefaultBridge(Networks kernel, DaemonOptions options) {
        this.kernel = kernel;
        this.options = options;
        this.name = Predefined.bridgeName(options);
    }

    /**
     * The bridge's settings now.
     *
     * @param before the network at the last start
     * @param used the subnets of other networks
     * @throws InvalidArgument for options that contradict each other
     */
    BridgeSettings settings(StoredNetwork before, List<Subnet> used) throws IOException {
        Optional<BridgeSettings> earlier =
                Optional.of(before)
                        .filter(stored -> stored.json().has("Bridge"))
                        .map(StoredNetwork::bridge)
                        .filter(settings -> settings.bridge().equals(name));
        List<IpamPool> existing = kernel.existing(name);
        var pools = new ArrayList<IpamPool>();
        pools.add(within(ipv4(earlier, existing, used)));
        if (options.ipv6()) {
            pools.add(ipv6(earlier, existing, used));
        }
        int mtu = options.bridgeAddress().isEmpty() ? 0 : options.mtu();
        return new BridgeSettings(name, pools, mtu, BridgeSettings.Policy.OPEN);
    }

    /**
     * As {@code --bip} says, else as the bridge is, else as {@code --fixed-cidr} says, else as it
     * was, else in a free subnet.
     */
    private IpamPool ipv4(
            Optional<BridgeSettings> earlier, List<IpamPool> existing, List<Subnet> used)
            throws IOException {
        if (!options.bridgeAddress().isEmpty()) {
            return Predefined.pool(options.bridgeAddress());
        }
        Optional<IpamPool> present = of(Family.IPV4, existing);
        if (present.isPresent()) {
            return present.get();
        }
        if (!options.fixedCidr().isEmpty()) {
            return IpamPool.of(Subnet.parse(options.fixedCidr()));
        }
        return earlierOrFree(Family.IPV4, earlier, used);
    }

    /** As {@code --fixed-cidr-v6} says, else as the bridge is, else as it was, else a free one. */
    private IpamPool ipv6(
            Optional<BridgeSettings> earlier, List<IpamPool> existing, List<Subnet> used)
            throws IOException {
        String fixed = options.fixedCidrIpv6();
        if (!fixed.isEmpty()) {
            return IpamPool.of(fixedIpv6(fixed));
        }
        Optional<IpamPool> present = of(Family.IPV6, existing);
        return present.isPresent() ? present.get() : earlierOrFree(Family.IPV6, earlier, used);
    }

    private static Subnet fixedIpv6(String text) {
        try {
            Subnet subnet = Subnet.parse(text);
            if (subnet.family() == Family.IPV6) {
                return subnet;
            }
        } catch (IllegalArgumentException _) {
            // Said below.
        }
        throw new InvalidArgument("invalid fixed CIDR for IPv6: " + text);
    }

    private IpamPool earlierOrFree(
            Family family, Optional<BridgeSettings> earlier, List<Subnet> used) throws IOException {
        Optional<IpamPool> pool = earlier.flatMap(settings -> settings.pool(family));
        return pool.isPresent() ? pool.get() : IpamPool.of(kernel.freePool(family, used));
    }

    private static Optional<IpamPool> of(Family family, List<IpamPool> pools) {
        return pools.stream().filter(pool -> pool.family() == family).findFirst();
    }

    private IpamPool within(IpamPool whole) {
        if (options.fixedCidr().isEmpty()) {
            return whole;
        }
        try {
            return whole.within(Subnet.parse(options.fixedCidr()));
        } catch (IllegalArgumentException e) {
            throw new InvalidArgument(
                    "invalid fixed CIDR "
                            + options.fixedCidr()
                            + ": it is not in the subnet "
                            + whole.subnet()
                            + " of the bridge "
                            + name,
                    e);
        }
    }
}
