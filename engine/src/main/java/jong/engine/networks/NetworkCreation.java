package jong.engine.networks;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import jong.network.BridgeSettings;
import jong.network.Family;
import jong.network.GatewayMode;
import jong.network.IpamPool;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException.InvalidArgument;
import jong.wire.status.StatusException.NotFound;
import jong.wire.status.StatusException.PermissionDenied;

/**
 * A checked wish for a bridge network.
 *
 * @param name its name
 * @param families what addresses it is to have
 * @param pools the subnets asked for, at most one of each family
 * @param body the request as it came
 */
record NetworkCreation(
        String name, List<Family> families, List<WantedPool> pools, JsonObject body) {

    private static final String BRIDGE_NAME = "com.docker.network.bridge.name";

    /** Checks the body of {@code POST /networks/create}, with docker's texts. */
    static NetworkCreation of(JsonObject body) {
        String name = body.string("Name");
        if (name.isBlank()) {
            throw new InvalidArgument("invalid name: " + name);
        }
        if (Predefined.NAMES.contains(name)) {
            throw new PermissionDenied(
                    "operation is not permitted on predefined " + name + " network ");
        }
        String driver = body.string("Driver", "bridge");
        if (!driver.equals("bridge")) {
            throw new NotFound("plugin \"" + driver + "\" not found");
        }
        return new NetworkCreation(name, families(body), pools(body), body);
    }

    private static List<Family> families(JsonObject body) {
        var families = new ArrayList<Family>();
        if (!body.has("EnableIPv4") || body.flag("EnableIPv4")) {
            families.add(Family.IPV4);
        }
        if (body.flag("EnableIPv6")) {
            families.add(Family.IPV6);
        }
        if (families.isEmpty()) {
            throw new InvalidArgument("IPv4 or IPv6 must be enabled");
        }
        return families;
    }

    private static List<WantedPool> pools(JsonObject body) {
        var errors = new ArrayList<String>();
        var pools = new ArrayList<WantedPool>();
        for (JsonObject config : body.object("IPAM").objects("Config")) {
            WantedPool.read(config, errors).ifPresent(pools::add);
        }
        if (!errors.isEmpty()) {
            throw invalid(String.join("\n", errors), null);
        }
        // Docker overlooks subnets of a family that is not enabled.
        List<Family> families = families(body);
        pools.removeIf(pool -> !families.contains(pool.subnet().family()));
        if (pools.stream().map(pool -> pool.subnet().family()).distinct().count() < pools.size()) {
            throw new PermissionDenied("bridge driver doesn't support multiple subnets");
        }
        return pools;
    }

    private static InvalidArgument invalid(
            String why, @org.jspecify.annotations.Nullable Throwable cause) {
        return new InvalidArgument("invalid network config:\n" + why, cause);
    }

    /** Families for which the engine has to find a subnet. */
    List<Family> withoutSubnet() {
        return families.stream()
                .filter(family -> pools.stream().noneMatch(one -> one.subnet().family() == family))
                .toList();
    }

    /**
     * The network that this becomes.
     *
     * @param found the pools for {@link #withoutSubnet}
     */
    StoredNetwork stored(String id, List<IpamPool> found, Instant created) {
        var chosen = new ArrayList<IpamPool>();
        pools.forEach(pool -> chosen.add(pool.pool()));
        chosen.addAll(found);
        BridgeSettings settings = settings(id, chosen);
        List<JsonObject> shown = new ArrayList<>(body.object("IPAM").objects("Config"));
        found.forEach(pool -> shown.add(Predefined.pool(pool, false)));
        return new StoredNetwork(
                Predefined.shape(id, name, "bridge", created)
                        .with("EnableIPv6", families.contains(Family.IPV6))
                        .with("IPAM", Predefined.ipam(shown))
                        .with("Internal", body.flag("Internal"))
                        .with("Attachable", body.flag("Attachable"))
                        .with("Options", body.object("Options"))
                        .with("Labels", body.object("Labels"))
                        .with("Bridge", Predefined.kept(settings)));
    }

    private BridgeSettings settings(String id, List<IpamPool> chosen) {
        Map<String, String> options = body.stringMap("Options");
        try {
            return new BridgeSettings(
                    options.getOrDefault(BRIDGE_NAME, "br-" + id.substring(0, 12)),
                    chosen,
                    0,
                    policy(options, body.flag("Internal")));
        } catch (IllegalArgumentException e) {
            throw invalid(String.valueOf(e.getMessage()), e);
        }
    }

    /** What docker's options of bridges say about who may reach whom. */
    static BridgeSettings.Policy policy(Map<String, String> options, boolean internal) {
        return new BridgeSettings.Policy(
                isOn(options, "enable_icc"),
                isOn(options, "enable_ip_masquerade"),
                internal,
                gatewayMode(options, "gateway_mode_ipv4"),
                gatewayMode(options, "gateway_mode_ipv6"));
    }

    private static boolean isOn(Map<String, String> options, String name) {
        return Boolean.parseBoolean(
                options.getOrDefault("com.docker.network.bridge." + name, "true"));
    }

    private static GatewayMode gatewayMode(Map<String, String> options, String name) {
        String option = "com.docker.network.bridge." + name;
        return GatewayMode.of(options.getOrDefault(option, "nat"));
    }
}
