package jong.engine.networks;

import java.net.InetAddress;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import jong.network.BridgeSettings;
import jong.network.BridgeSettings.HostPart;
import jong.network.Family;
import jong.network.GatewayMode;
import jong.network.Subnet;
import jong.wire.status.StatusException.InvalidArgument;

/**
 * Docker's options of bridge networks, {@code com.docker.network.*}. Those that are not known are
 * kept and shown, as dockerd does.
 *
 * @param options as given
 */
record BridgeOptions(Map<String, String> options) {

    private static final String PREFIX = "com.docker.network.";
    private static final String BRIDGE = PREFIX + "bridge.";

    /** What Go's strconv.ParseBool takes. */
    private static final Set<String> TRUE = Set.of("1", "t", "T", "TRUE", "true", "True");

    private static final Set<String> FALSE = Set.of("0", "f", "F", "FALSE", "false", "False");

    /** Copies the options. */
    BridgeOptions {
        options = Map.copyOf(options);
    }

    /** Reads every option once; InvalidArgument in docker's words for what is wrong. */
    void check() {
        mtu();
        policy(false);
        hostPart();
        read(BRIDGE + "host_binding_ipv4", "", BridgeOptions::ipv4);
    }

    /** The bridge's name, or another where none is given. */
    String bridge(String otherwise) {
        String name = options.getOrDefault(BRIDGE + "name", "");
        return name.isEmpty() ? otherwise : name;
    }

    /** Largest packet, bytes; 0 where none is given. */
    int mtu() {
        String name = PREFIX + "driver.mtu";
        int mtu = read(name, "0", BridgeOptions::integer);
        if (mtu < 0) {
            throw new InvalidArgument("invalid MTU number: " + mtu);
        }
        return mtu;
    }

    /** Who may reach whom. */
    BridgeSettings.Policy policy(boolean internal) {
        return new BridgeSettings.Policy(
                isOn("enable_icc"),
                isOn("enable_ip_masquerade"),
                internal,
                gatewayMode("gateway_mode_ipv4"),
                gatewayMode("gateway_mode_ipv6"));
    }

    /** How the host takes part. */
    HostPart hostPart() {
        String trusted = options.getOrDefault(BRIDGE + "trusted_host_interfaces", "");
        return new HostPart(
                !read(BRIDGE + "inhibit_ipv4", "false", BridgeOptions::bool),
                Stream.of(trusted.split(":")).filter(name -> !name.isEmpty()).toList(),
                Stream.of(source("host_ipv4", Family.IPV4), source("host_ipv6", Family.IPV6))
                        .flatMap(Optional::stream)
                        .toList());
    }

    private Optional<InetAddress> source(String name, Family family) {
        return options.containsKey(PREFIX + name)
                ? Optional.of(read(PREFIX + name, "", text -> address(text, family)))
                : Optional.empty();
    }

    private boolean isOn(String name) {
        return read(BRIDGE + name, "true", BridgeOptions::bool);
    }

    private GatewayMode gatewayMode(String name) {
        return read(BRIDGE + name, "nat", GatewayMode::of);
    }

    private <T> T read(String name, String otherwise, Function<String, T> reader) {
        String text = options.getOrDefault(name, otherwise);
        try {
            return reader.apply(text);
        } catch (IllegalArgumentException e) {
            throw new InvalidArgument(
                    "failed to parse " + name + " value: " + text + " (" + e.getMessage() + ")", e);
        }
    }

    private static boolean bool(String text) {
        if (!TRUE.contains(text) && !FALSE.contains(text)) {
            throw new IllegalArgumentException(
                    "strconv.ParseBool: parsing \"" + text + "\": invalid syntax");
        }
        return TRUE.contains(text);
    }

    private static int integer(String text) {
        if (!text.matches("[+-]?\\d{1,9}")) {
            throw new IllegalArgumentException(
                    "strconv.Atoi: parsing \"" + text + "\": invalid syntax");
        }
        return Integer.parseInt(text);
    }

    private static InetAddress address(String text, Family family) {
        try {
            InetAddress address = Subnet.parseAddress(text);
            if (Family.of(address) == family) {
                return address;
            }
        } catch (IllegalArgumentException _) {
            // Said below, in Go's words.
        }
        throw new IllegalArgumentException("nil ip");
    }

    private static String ipv4(String text) {
        if (!text.isEmpty()) {
            try {
                Subnet.parseAddress(text);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("nil ip", e);
            }
        }
        return text;
    }
}
