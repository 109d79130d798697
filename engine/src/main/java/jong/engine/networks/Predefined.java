package jong.engine.networks;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import jong.engine.config.DaemonOptions;
import jong.network.BridgeSettings;
import jong.network.Family;
import jong.network.IpamPool;
import jong.network.Subnet;
import jong.wire.json.JsonObject;

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
                        .with("IPAM", ipam(List.of()))
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
                        .with("EnableIPv6", settings.pool(Family.IPV6).isPresent())
                        .with(
                                "IPAM",
                                ipam(
                                        settings.pools().stream()
                                                .map(one -> pool(one, withRange(options)))
                                                .toList()))
                        .with("Options", driverOptions)
                        .with("Labels", new JsonObject())
                        .with("Bridge", kept(settings)));
    }

    static JsonObject kept(BridgeSettings settings) {
        return new JsonObject()
                .with("Name", settings.bridge())
                .with("Pools", kept(settings.pools()));
    }

    static List<JsonObject> kept(List<IpamPool> pools) {
        return pools.stream().map(Predefined::kept).toList();
    }

    private static JsonObject kept(IpamPool pool) {
        return new JsonObject()
                .with("Subnet", pool.subnet().toString())
                .with("Range", pool.range().toString())
                .with("Gateway", pool.gateway().map(Subnet::text).orElse(""))
                .with("Reserved", pool.reserved().stream().map(Subnet::text).toList());
    }

    private static boolean withRange(DaemonOptions options) {
        return !options.fixedCidr().isEmpty();
    }

    static JsonObject pool(IpamPool pool, boolean withRange) {
        JsonObject shown = new JsonObject().with("Subnet", pool.subnet().toString());
        if (withRange) {
            shown.with("IPRange", pool.range().toString());
        }
        return shown.with("Gateway", pool.gateway().map(Subnet::text).orElse(""));
    }

    static JsonObject ipam(List<JsonObject> pools) {
        return new JsonObject()
                .with("Driver", "default")
                .with("Options", null)
                .with("Config", pools.isEmpty() ? null : pools);
    }

    static JsonObject shape(String id, String name, String driver, Instant created) {
        return new JsonObject()
                .with("Name", name)
                .with("Id", id)
                .with("Created", created.toString())
                .with("Scope", "local")
                .with("Driver", driver)
                .with("EnableIPv6", false)
                .with("IPAM", ipam(List.of()))
                .with("Internal", false)
                .with("Attachable", false)
                .with("Ingress", false)
                .with("ConfigFrom", new JsonObject().with("Network", ""))
                .with("ConfigOnly", false)
                .with("Containers", new JsonObject());
    }

    /** The pool around a bridge's own address, such as {@code 172.17.0.1/16}. */
    static IpamPool pool(String address) {
        var subnet = Subnet.parse(address);
        var gateway = Subnet.parseAddress(address.substring(0, address.indexOf('/')));
        return new IpamPool(subnet, subnet, Optional.of(gateway), List.of());
    }
}
