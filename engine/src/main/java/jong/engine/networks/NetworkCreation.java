package jong.engine.networks;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import jong.network.BridgeSettings;
import jong.network.Family;
import jong.network.IpamPool;
import jong.network.Subnet;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException.InvalidArgument;
import jong.wire.status.StatusException.NotFound;
import jong.wire.status.StatusException.PermissionDenied;

/**
 * A checked wish for a network.
 *
 * @param name its name
 * @param driver {@code bridge}, {@code macvlan} or {@code ipvlan}
 * @param families what addresses it is to have
 * @param pools the subnets asked for
 * @param body the request as it came
 */
record NetworkCreation(
        String name,
        String driver,
        List<Family> families,
        List<WantedPool> pools,
        JsonObject body) {

    /** Checks the body of {@code POST /networks/create}, with docker's texts. */
    static NetworkCreation of(JsonObject body) {
        String name = body.string("Name");
        if (name.isBlank()) {
            throw new InvalidArgument("invalid name: " + name);
        }
        if (Predefined.NAMES.contains(name) || name.equals("default")) {
            throw new PermissionDenied(
                    "operation is not permitted on predefined " + name + " network ");
        }
        String driver = body.string("Driver", "bridge");
        if (!body.flag("ConfigOnly")) {
            driver(driver);
        }
        scope(body);
        ipam(body.object("IPAM").string("Driver", "default"));
        if (driver.equals("bridge")) {
            new BridgeOptions(body.stringMap("Options")).check();
        }
        return new NetworkCreation(name, driver, families(body), pools(body, driver), body);
    }

    private static void driver(String driver) {
        switch (driver) {
            case "bridge", "macvlan", "ipvlan" -> {}
            case "host", "null" ->
                    throw new PermissionDenied(
                            "only one instance of \"" + driver + "\" network is allowed");
            case "overlay" ->
                    throw new PermissionDenied(
                            "This node is not a swarm manager. Use \"docker swarm init\" or"
                                    + " \"docker swarm join\" to connect this node to swarm and"
                                    + " try again.");
            default -> throw new NotFound("plugin \"" + driver + "\" not found");
        }
    }

    private static void scope(JsonObject body) {
        if (body.flag("Ingress")) {
            throw new PermissionDenied("Ingress network can only be global scope network");
        }
        if (body.string("Scope").equals("swarm")) {
            throw new PermissionDenied(
                    "cannot create a swarm scoped network when swarm is not active");
        }
    }

    private static void ipam(String driver) {
        if (driver.equals("null")) {
            throw new InvalidArgument("ipv4 pool is empty");
        }
        if (!driver.equals("default")) {
            throw new NotFound("plugin \"" + driver + "\" not found");
        }
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

    private static List<WantedPool> pools(JsonObject body, String driver) {
        var errors = new ArrayList<String>();
        var pools = new ArrayList<WantedPool>();
        for (JsonObject config : body.object("IPAM").objects("Config")) {
            WantedPool.read(config, errors).ifPresent(pools::add);
        }
        if (!errors.isEmpty()) {
            throw new InvalidArgument("invalid network config:\n" + Texts.joined(errors));
        }
        // Docker overlooks subnets of a family that is not enabled.
        List<Family> families = families(body);
        pools.removeIf(pool -> !families.contains(pool.subnet().family()));
        requireDistinct(pools);
        long used = pools.stream().map(pool -> pool.subnet().family()).distinct().count();
        if (driver.equals("bridge") && used < pools.size()) {
            throw new PermissionDenied("bridge driver doesn't support multiple subnets");
        }
        return pools;
    }

    private static void requireDistinct(List<WantedPool> pools) {
        for (int i = 0; i < pools.size(); i++) {
            Subnet subnet = pools.get(i).subnet();
            if (pools.subList(0, i).stream().anyMatch(o -> o.subnet().overlaps(subnet))) {
                throw new PermissionDenied("Pool overlaps with other one on this address space");
            }
        }
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
        List<IpamPool> chosen = chosen(found);
        JsonObject shape = shape(id, created, found);
        if (driver.equals("bridge")) {
            return new StoredNetwork(shape.with("Bridge", Predefined.kept(bridge(id, chosen))));
        }
        var stored =
                new StoredNetwork(
                        shape.with(
                                "Subinterfaces",
                                new JsonObject().with("Pools", Predefined.kept(chosen))));
        stored.subinterfaces(); // So that a wrong option is said now.
        return stored;
    }

    private List<IpamPool> chosen(List<IpamPool> found) {
        var chosen = new ArrayList<IpamPool>();
        try {
            pools.forEach(pool -> chosen.add(pool.pool()));
        } catch (IllegalArgumentException e) {
            throw new InvalidArgument("invalid network config:\n" + e.getMessage(), e);
        }
        chosen.addAll(found);
        return chosen;
    }

    /** A network that only keeps what others are made from: nothing of it is in the kernel. */
    StoredNetwork configuration(String id, Instant created) {
        return new StoredNetwork(
                shape(id, created, List.of()).with("Driver", "null").with("ConfigOnly", true));
    }

    private JsonObject shape(String id, Instant created, List<IpamPool> found) {
        List<JsonObject> shown = new ArrayList<>(body.object("IPAM").objects("Config"));
        found.forEach(pool -> shown.add(Predefined.pool(pool, false)));
        return Predefined.shape(id, name, driver, created)
                .with("EnableIPv6", families.contains(Family.IPV6))
                .with(
                        "IPAM",
                        Predefined.ipam(shown).with("Options", body.object("IPAM").get("Options")))
                .with("Internal", body.flag("Internal"))
                .with("Attachable", body.flag("Attachable"))
                .with(
                        "ConfigFrom",
                        new JsonObject()
                                .with("Network", body.object("ConfigFrom").string("Network")))
                .with("Options", body.object("Options"))
                .with("Labels", body.object("Labels"))
                .with(
                        StoredNetwork.FOUND,
                        found.stream().map(one -> one.subnet().toString()).toList());
    }

    private BridgeSettings bridge(String id, List<IpamPool> chosen) {
        Map<String, String> given = body.stringMap("Options");
        var options = new BridgeOptions(given);
        try {
            return new BridgeSettings(
                    options.bridge("br-" + id.substring(0, 12)),
                    chosen,
                    options.mtu(),
                    options.policy(body.flag("Internal")),
                    options.hostPart());
        } catch (IllegalArgumentException e) {
            throw new InvalidArgument("invalid network config:\n" + e.getMessage(), e);
        }
    }
}
