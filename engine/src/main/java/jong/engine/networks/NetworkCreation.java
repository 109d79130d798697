package jong.engine.networks;

import java.net.Inet4Address;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import jong.network.BridgeSettings;
import jong.network.Subnet;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException.InvalidArgument;
import jong.wire.status.StatusException.NotFound;
import jong.wire.status.StatusException.PermissionDenied;
import jong.wire.status.StatusException.Unimplemented;

/**
 * A checked wish for a bridge network.
 *
 * @param name its name
 * @param subnet the subnet asked for
 * @param range the part of the subnet for endpoints that ask for no address
 * @param gateway the bridge's address asked for
 * @param body the request as it came
 */
record NetworkCreation(
        String name,
        Optional<Subnet> subnet,
        Optional<Subnet> range,
        Optional<Inet4Address> gateway,
        JsonObject body) {

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
        if (body.flag("EnableIPv6")) {
            throw new Unimplemented("networks with IPv6 are not supported by this version of Jong");
        }
        if (body.has("EnableIPv4") && !body.flag("EnableIPv4")) {
            throw new Unimplemented(
                    "networks without IPv4 are not supported by this version of Jong");
        }
        List<JsonObject> pools = body.object("IPAM").objects("Config");
        if (pools.size() > 1) {
            throw new Unimplemented("networks with several subnets are not supported");
        }
        if (pools.isEmpty()) {
            return new NetworkCreation(
                    name, Optional.empty(), Optional.empty(), Optional.empty(), body);
        }
        return withPool(name, pools.getFirst(), body);
    }

    private static NetworkCreation withPool(String name, JsonObject pool, JsonObject body) {
        String text = pool.string("Subnet");
        try {
            Optional<Subnet> subnet =
                    text.isEmpty() ? Optional.empty() : Optional.of(Subnet.parse(text));
            if (subnet.isPresent() && !subnet.get().toString().equals(text)) {
                throw invalid("invalid subnet " + text + ": it should be " + subnet.get(), null);
            }
            String gateway = pool.string("Gateway");
            return new NetworkCreation(
                    name,
                    subnet,
                    range(pool.string("IPRange"), subnet),
                    gateway.isEmpty()
                            ? Optional.empty()
                            : Optional.of(Subnet.parseAddress(gateway)),
                    body);
        } catch (IllegalArgumentException e) {
            throw invalid(String.valueOf(e.getMessage()), e);
        }
    }

    private static Optional<Subnet> range(String text, Optional<Subnet> subnet) {
        if (text.isEmpty() || subnet.isEmpty()) {
            return Optional.empty();
        }
        var range = Subnet.parse(text);
        if (!range.toString().equals(text)) {
            throw invalid("invalid ip-range " + text + ": it should be " + range, null);
        }
        Subnet parent = subnet.get();
        if (range.prefixLength() < parent.prefixLength() || !parent.overlaps(range)) {
            throw invalid(
                    "invalid ip-range "
                            + text
                            + ": parent subnet "
                            + parent
                            + " doesn't contain ip-range",
                    null);
        }
        return Optional.of(range);
    }

    private static InvalidArgument invalid(
            String why, @org.jspecify.annotations.Nullable Throwable cause) {
        return new InvalidArgument("invalid network config:\n" + why, cause);
    }

    /** The bridge takes the first address that an endpoint could have, as in docker. */
    private Inet4Address firstOf(Subnet chosen) {
        return range.filter(part -> !part.network().equals(chosen.network()))
                .map(Subnet::network)
                .orElseGet(() -> chosen.at(1));
    }

    /** The network that this becomes. */
    StoredNetwork stored(String id, Subnet chosen, Instant created) {
        JsonObject options = body.object("Options");
        String bridge = options.string(BRIDGE_NAME, "br-" + id.substring(0, 12));
        BridgeSettings settings;
        try {
            settings =
                    new BridgeSettings(
                            bridge,
                            chosen,
                            range.orElse(chosen),
                            gateway.orElseGet(() -> firstOf(chosen)),
                            0,
                            true,
                            true,
                            body.flag("Internal"));
        } catch (IllegalArgumentException e) {
            throw invalid(String.valueOf(e.getMessage()), e);
        }
        JsonObject pool =
                subnet.isPresent()
                        ? body.object("IPAM").objects("Config").getFirst()
                        : Predefined.pool(settings, false);
        return new StoredNetwork(
                Predefined.shape(id, name, "bridge", created)
                        .with("IPAM", Predefined.ipam(pool))
                        .with("Internal", body.flag("Internal"))
                        .with("Attachable", body.flag("Attachable"))
                        .with("Options", options)
                        .with("Labels", body.object("Labels"))
                        .with(
                                "Bridge",
                                Predefined.kept(settings).with("Internal", body.flag("Internal"))));
    }
}
