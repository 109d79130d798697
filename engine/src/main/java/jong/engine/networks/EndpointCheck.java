package jong.engine.networks;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import jong.api.EndpointSettings;
import jong.network.Bandwidth;
import jong.network.BridgeNetwork;
import jong.network.EndpointRequest;
import jong.network.Family;
import jong.network.InterfaceSettings;
import jong.network.IpamPool;
import jong.network.SandboxNetwork;
import jong.network.Subnet;
import jong.wire.status.StatusException.InvalidArgument;
import org.jspecify.annotations.Nullable;

/** Checks what is asked of a place in a network, with dockerd's texts. */
final class EndpointCheck {

    private final List<String> errors = new ArrayList<>();

    private EndpointCheck() {}

    /**
     * Checks settings, and yields the addresses asked for.
     *
     * @param userDefined whether the network is a user's
     * @param network the network; null before it is known
     * @throws InvalidArgument with all that is wrong
     */
    static List<InetAddress> check(
            EndpointSettings wanted, boolean userDefined, @Nullable KnownNetwork network) {
        var check = new EndpointCheck();
        if (!userDefined) {
            check.predefined(wanted);
        }
        var addresses = new ArrayList<InetAddress>();
        check.address(Family.IPV4, wanted.requestedIpv4(), addresses);
        check.address(Family.IPV6, wanted.requestedIpv6(), addresses);
        if (network != null) {
            check.inRange(Family.IPV4, wanted.requestedIpv4(), network);
            check.inRange(Family.IPV6, wanted.requestedIpv6(), network);
        }
        check.linkLocal(wanted.linkLocalAddresses());
        check.mac(wanted.macAddress());
        check.settings(wanted.driverOpts());
        check.bandwidth(wanted.driverOpts(), network == null ? null : network.network());
        if (!check.errors.isEmpty()) {
            throw new InvalidArgument("invalid endpoint settings:\n" + Texts.joined(check.errors));
        }
        return addresses;
    }

    /**
     * What a checked endpoint's interface is to have besides its network's addresses.
     *
     * @throws InvalidArgument for an address that is not link-local, as dockerd at the start
     */
    static InterfaceSettings settings(EndpointSettings wanted) {
        try {
            return new InterfaceSettings(
                    wanted.linkLocalAddresses().stream().map(Subnet::parseAddress).toList(),
                    InterfaceSettings.sysctls(wanted.driverOpts()));
        } catch (IllegalArgumentException e) {
            throw new InvalidArgument(String.valueOf(e.getMessage()), e);
        }
    }

    private void predefined(EndpointSettings wanted) {
        if (!wanted.requestedIpv4().isEmpty() || !wanted.requestedIpv6().isEmpty()) {
            errors.add("user specified IP address is supported on user defined networks only");
        }
        if (!wanted.aliases().isEmpty()) {
            errors.add(
                    "network-scoped alias is supported only for containers in user defined"
                            + " networks");
        }
    }

    private void address(Family family, String text, List<InetAddress> addresses) {
        if (text.isEmpty()) {
            return;
        }
        try {
            InetAddress address = Subnet.parseAddress(text);
            if (Family.of(address) == family) {
                addresses.add(address);
                return;
            }
        } catch (IllegalArgumentException _) {
            // Said below, together with whatever else is wrong.
        }
        errors.add("invalid " + family + " address: " + text);
    }

    private void inRange(Family family, String text, KnownNetwork known) {
        SandboxNetwork network = known.network();
        if (text.isEmpty() || network == null) {
            return;
        }
        List<Subnet> configured =
                network.pools().stream()
                        .map(IpamPool::subnet)
                        .filter(subnet -> subnet.family() == family)
                        .filter(known.stored()::isConfigured)
                        .toList();
        if (configured.isEmpty()) {
            errors.add(
                    "user specified IP address is supported only when connecting to networks with"
                            + " user configured subnets");
        } else if (configured.stream().noneMatch(subnet -> contains(subnet, text))) {
            errors.add("no configured subnet or ip-range contain the IP address " + text);
        }
    }

    private static boolean contains(Subnet subnet, String text) {
        try {
            return subnet.contains(Subnet.parseAddress(text));
        } catch (IllegalArgumentException _) {
            // It was found wrong before.
            return false;
        }
    }

    private void bandwidth(Map<String, String> options, @Nullable SandboxNetwork network) {
        try {
            boolean limited = !Bandwidth.of(options).equals(Bandwidth.UNLIMITED);
            if (limited && network != null && !(network instanceof BridgeNetwork)) {
                errors.add("limits of the bandwidth are supported on bridge networks only");
            }
        } catch (IllegalArgumentException e) {
            errors.add(String.valueOf(e.getMessage()));
        }
    }

    private void linkLocal(List<String> texts) {
        for (String text : texts) {
            try {
                if (!Subnet.parseAddress(text).isAnyLocalAddress()) {
                    continue;
                }
            } catch (IllegalArgumentException _) {
                // Said below, together with whatever else is wrong.
            }
            errors.add("invalid link-local IP address: " + text);
        }
    }

    private void settings(Map<String, String> options) {
        try {
            InterfaceSettings.name(options);
            InterfaceSettings.sysctls(options);
        } catch (IllegalArgumentException e) {
            errors.add(String.valueOf(e.getMessage()));
        }
    }

    private void mac(String text) {
        try {
            EndpointRequest.parseMac(text);
        } catch (IllegalArgumentException _) {
            errors.add("invalid MAC address: " + text);
        }
    }
}
