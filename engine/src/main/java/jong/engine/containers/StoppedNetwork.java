package jong.engine.containers;

import java.util.List;
import jong.wire.json.JsonObject;

/** {@code NetworkSettings} of a container that does not run any more: what docker blanks. */
final class StoppedNetwork {

    private static final List<String> NUMBERS =
            List.of("IPPrefixLen", "GlobalIPv6PrefixLen", "LinkLocalIPv6PrefixLen");
    private static final List<String> TEXTS =
            List.of(
                    "EndpointID",
                    "Gateway",
                    "IPAddress",
                    "IPv6Gateway",
                    "GlobalIPv6Address",
                    "MacAddress");

    private StoppedNetwork() {}

    static JsonObject of(JsonObject settings) {
        JsonObject stopped = settings.copy();
        blank(stopped);
        if (stopped.has("Ports")) {
            stopped.put("Ports", new JsonObject());
        }
        JsonObject networks = stopped.object("Networks");
        for (String name : networks.keySet()) {
            blank(networks.object(name));
        }
        return stopped;
    }

    private static void blank(JsonObject endpoint) {
        TEXTS.stream().filter(endpoint::has).forEach(name -> endpoint.put(name, ""));
        NUMBERS.stream().filter(endpoint::has).forEach(name -> endpoint.put(name, 0L));
    }
}
