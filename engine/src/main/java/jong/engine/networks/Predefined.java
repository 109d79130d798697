package jong.engine.networks;

import java.time.Instant;
import java.util.List;
import jong.engine.config.DaemonOptions;
import jong.network.BridgeSettings;
import jong.network.Subnet;
import jong.wire.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** The networks that are always there, and the shape of all. */
final class Predefined {

    static final List<String> NAMES = List.of("bridge", "host", "none");

    /** The default network's bridge unless {@code --bridge} names another. */
    private static final String DEFAULT_BRIDGE = "jong0";

    private Predefined() {}

    /** The name of the default network's bridge. */
    static String bridgeName(DaemonOptions options) {
        return options.bridgeName().isEmpty() ? DEFAULT_BRIDGE : options.bridgeName();
    }

    /** {@code host} and {@code none}, which have no interface of their own. */
    static StoredNetwork plain(String id, String name, String driver, Instant created) {
        return new StoredNetwork(
                shape(id, name, driver, created)
                        .with("IPAM", ipam(null))
                        .with("Options", new JsonObject())
                        .with("Labels", new JsonObject()));
    }

    /** The default network, as the options of the daemon want it now. */
    static StoredNetwork bridge(
            String id, Instant created, BridgeSettings settings, DaemonOptions options) {
        String mtu = Integer.toString(options.mtu());
        var driverOptions =
                new JsonObject()
                        .with("com.docker.network.bridge.default_bridge", "true")
                        .with(
                                "com.docker.network.bridge.enable_icc",
                                Boolean.toString(options.interContainerCommunication()))
                        .with("com.docker.network.bridge.enable_ip_masquerade", "true")
                        .with(
                                "com.docker.network.bridge.host_binding_ipv4",
                                options.publishAddress())
                        .with("com.docker.network.bridge.name", settings.bridge())
                        .with("com.docker.network.driver.mtu", mtu);
        return new StoredNetwork(
                shape(id, "bridge", "bridge", created)
                        .with("IPAM", ipam(pool(settings, !options.fixedCidr().isEmpty())))
                        .with("Options", driverOptions)
                        .with("Labels", new JsonObject())
                        .with("Bridge", kept(settings)));
    }

    static JsonObject kept(BridgeSettings settings) {
        return new JsonObject()
                .with("Name", settings.bridge())
                .with("Subnet", settings.subnet().toString())
                .with("Range", settings.range().toString())
                .with("Gateway", settings.gateway().getHostAddress());
    }

    static JsonObject pool(BridgeSettings settings, boolean withRange) {
        JsonObject pool = new JsonObject().with("Subnet", settings.subnet().toString());
        if (withRange) {
            pool.with("IPRange", settings.range().toString());
        }
        return pool.with("Gateway", settings.gateway().getHostAddress());
    }

    static JsonObject ipam(@Nullable JsonObject pool) {
        return new JsonObject()
                .with("Driver", "default")
                .with("Options", null)
                .with("Config", pool == null ? null : List.of(pool));
    }

    static JsonObject shape(String id, String name, String driver, Instant created) {
        return new JsonObject()
                .with("Name", name)
                .with("Id", id)
                .with("Created", created.toString())
                .with("Scope", "local")
                .with("Driver", driver)
                .with("EnableIPv6", false)
                .with("IPAM", ipam(null))
                .with("Internal", false)
                .with("Attachable", false)
                .with("Ingress", false)
                .with("ConfigFrom", new JsonObject().with("Network", ""))
                .with("ConfigOnly", false)
                .with("Containers", new JsonObject());
    }

    /** The default bridge with the address that {@code --bip} gives. */
    static BridgeSettings settings(DaemonOptions options) {
        String address = options.bridgeAddress();
        return new BridgeSettings(
                bridgeName(options),
                Subnet.parse(address),
                Subnet.parse(address),
                Subnet.parseAddress(address.substring(0, address.indexOf('/'))),
                options.mtu(),
                options.interContainerCommunication(),
                true,
                false);
    }
}
