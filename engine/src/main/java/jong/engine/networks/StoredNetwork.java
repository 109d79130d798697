package jong.engine.networks;

import java.net.Inet4Address;
import java.util.Map;
import jong.api.ApiVersion;
import jong.network.BridgeSettings;
import jong.network.Subnet;
import jong.wire.json.JsonObject;

/**
 * A network as docker shows it and as it is kept in the metadata.
 *
 * @param json docker's members of a network, and the bridge's subnet and gateway in {@code Bridge}
 */
record StoredNetwork(JsonObject json) {

    private static final String OPTION = "com.docker.network.";

    String id() {
        return json.string("Id");
    }

    String name() {
        return json.string("Name");
    }

    /** {@code bridge}, {@code host} or {@code null}. */
    String driver() {
        return json.string("Driver");
    }

    Map<String, String> labels() {
        return json.stringMap("Labels");
    }

    boolean isPredefined() {
        return Predefined.NAMES.contains(name());
    }

    /** The bridge that this network is to have. */
    BridgeSettings bridge() {
        JsonObject kept = json.object("Bridge");
        Map<String, String> options = json.stringMap("Options");
        var subnet = Subnet.parse(kept.string("Subnet"));
        Inet4Address gateway = Subnet.parseAddress(kept.string("Gateway"));
        return new BridgeSettings(
                kept.string("Name"),
                subnet,
                Subnet.parse(kept.string("Range", kept.string("Subnet"))),
                gateway,
                Integer.parseInt(options.getOrDefault(OPTION + "driver.mtu", "0")),
                isOn(options, "bridge.enable_icc"),
                isOn(options, "bridge.enable_ip_masquerade"),
                json.flag("Internal"));
    }

    private static boolean isOn(Map<String, String> options, String name) {
        return Boolean.parseBoolean(options.getOrDefault(OPTION + name, "true"));
    }

    /** The answer of {@code GET /networks/ID}. */
    JsonObject show(JsonObject containers, ApiVersion version) {
        JsonObject shown = json.copy();
        shown.remove("Bridge");
        shown.put("Containers", containers);
        if (version.atLeast(48)) {
            shown.put("EnableIPv4", true);
        }
        return shown;
    }
}
