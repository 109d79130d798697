package jong.engine.networks;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import jong.api.ApiVersion;
import jong.network.BridgeSettings;
import jong.network.Family;
import jong.network.IpamPool;
import jong.network.SubinterfaceSettings;
import jong.network.Subnet;
import jong.wire.json.JsonObject;

/**
 * A network as docker shows it and as it is kept in the metadata.
 *
 * @param json docker's members of a network, and the bridge's name and addresses in {@code Bridge}
 */
record StoredNetwork(JsonObject json) {

    /** The subnets that nobody asked for; docker does not show the member. */
    static final String FOUND = "FoundSubnets";

    private static final String OPTION = "com.docker.network.";

    String id() {
        return json.string("Id");
    }

    String name() {
        return json.string("Name");
    }

    /** {@code bridge}, {@code macvlan}, {@code ipvlan}, {@code host} or {@code null}. */
    String driver() {
        return json.string("Driver");
    }

    Instant created() {
        return Instant.parse(json.string("Created"));
    }

    Map<String, String> labels() {
        return json.stringMap("Labels");
    }

    /** Whether a client means this network by a word: its name, its ID or the ID's beginning. */
    boolean isCalled(String word) {
        return name().equals(word) || (!word.isEmpty() && id().startsWith(word));
    }

    /** Whether its user has chosen a subnet, so that addresses can be asked for. */
    boolean isConfigured(Subnet subnet) {
        return !json.strings(FOUND).contains(subnet.toString());
    }

    boolean isInternal() {
        return json.flag("Internal");
    }

    /** What the names of interfaces inside begin with. */
    String interfacePrefix() {
        return option("container_iface_prefix").orElse("eth");
    }

    /** The host's address at which ports are published that name none, if the network says one. */
    Optional<String> publishAddress() {
        return isPredefined() ? Optional.empty() : option("bridge.host_binding_ipv4");
    }

    private Optional<String> option(String name) {
        return Optional.ofNullable(json.stringMap("Options").get(OPTION + name));
    }

    boolean isPredefined() {
        return Predefined.NAMES.contains(name());
    }

    /** The bridge that this network is to have. */
    BridgeSettings bridge() {
        JsonObject kept = json.object("Bridge");
        var options = new BridgeOptions(json.stringMap("Options"));
        return new BridgeSettings(
                kept.string("Name"),
                pools(kept),
                options.mtu(),
                options.policy(isInternal()),
                options.hostPart());
    }

    /** What its endpoints' interfaces are to be, for drivers that put them on one of the host's. */
    SubinterfaceSettings subinterfaces() {
        return new SubinterfaceOptions(driver(), json.stringMap("Options"))
                .settings(id(), pools(json.object("Subinterfaces")), isInternal());
    }

    /** Whether containers have interfaces of it. */
    boolean isOfSandboxes() {
        return json.has("Bridge") || hasParent();
    }

    /** All its subnets. */
    List<Subnet> subnets() {
        return pools(json.object(hasParent() ? "Subinterfaces" : "Bridge")).stream()
                .map(IpamPool::subnet)
                .toList();
    }

    /** Whether its endpoints' interfaces are on top of one of the host's. */
    boolean hasParent() {
        return json.has("Subinterfaces");
    }

    /** Whether it only keeps what other networks are made from. */
    boolean isConfiguration() {
        return json.flag("ConfigOnly");
    }

    /** The network that it was made from; empty if it was not. */
    String madeFrom() {
        return json.object("ConfigFrom").string("Network");
    }

    private static List<IpamPool> pools(JsonObject kept) {
        return kept.objects("Pools").stream().map(StoredNetwork::pool).toList();
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
        shown.remove("Subinterfaces");
        shown.remove(FOUND);
        shown.put("Containers", containers);
        if (version.atLeast(48)) {
            shown.put("EnableIPv4", hasIpv4());
        }
        return shown;
    }

    private boolean hasIpv4() {
        List<IpamPool> pools = pools(json.object(json.has("Bridge") ? "Bridge" : "Subinterfaces"));
        return pools.isEmpty() || pools.stream().anyMatch(pool -> pool.family() == Family.IPV4);
    }
}
