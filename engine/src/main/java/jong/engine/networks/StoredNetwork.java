package jong.engine.networks;

import java.util.Map;
import java.util.Optional;
import jong.api.ApiVersion;
import jong.network.BridgeSettings;
import jong.network.Family;
import jong.network.IpamPool;
import jong.network.Subnet;
import jong.wire.json.JsonObject;

/**
 * A network as docker shows it and as it is kept in the metadata.
 *
 * @param json docker's members of a network, and the bridge's name and addresses in {@code Bridge}
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

    boolean isInternal() {
        return json.flag("Internal");
    }

    boolean isPredefined() {
        return Predefined.NAMES.contains(name());
    }

    /** The bridge that this network is to have. */
    BridgeSettings bridge() {
        JsonObject kept = json.object("Bridge");
        Map<String, String> options = json.stringMap("Options");
        return new BridgeSettings(
                kept.string("Name"),
                kept.objects("Pools").stream().map(StoredNetwork::pool).toList(),
                Integer.parseInt(options.getOrDefault(OPTION + "driver.mtu", "0")),
                NetworkCreation.policy(options, json.flag("Internal")));
    }

    private static IpamPool pool(JsonObject kept) {
        return new IpamPool(
                Subnet.parse(kept.string("Subnet")),
                Subnet.parse(kept.string("Range")),
                Optional.of(kept.string("Gateway"))
                        .filter(text -> !text.isEmpty())
                        .map(Subnet::parseAddress),
                kept.strings("Reserved").stream().map(Subnet::parseAddress).toList());
    }

    /** The answer of {@code GET /networks/ID}. */
    JsonObject show(JsonObject containers, ApiVersion version) {
        JsonObject shown = json.copy();
        shown.remove("Bridge");
        shown.put("Containers", containers);
        if (version.atLeast(48)) {
            boolean ipv4 = !driver().equals("bridge") || bridge().pool(Family.IPV4).isPresent();
            shown.put("EnableIPv4", ipv4);
        }
        return shown;
    }
}
