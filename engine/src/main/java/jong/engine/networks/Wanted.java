package jong.engine.networks;

import java.util.LinkedHashMap;
import java.util.Map;
import jong.api.EndpointSettings;
import jong.api.NetworkingConfig;
import jong.engine.containers.NetworkRequest;
import jong.wire.json.JsonObject;

/** The networks that containers are to be in, by the names that clients use. */
final class Wanted {

    private static final String KEY = "EndpointsConfig";

    private Wanted() {}

    /** The mode of a container's network, with docker's default. */
    static String mode(NetworkRequest request) {
        String mode = request.host().networkMode();
        return mode.isEmpty() || mode.equals("default") ? "bridge" : mode;
    }

    /**
     * At the making of a container: the network of the mode first, then the others asked for. The
     * container's one Ethernet address is meant for the first.
     */
    static NetworkingConfig ofNew(NetworkRequest request) {
        String mode = mode(request);
        if (mode.startsWith("container:")) {
            return config(Map.of());
        }
        Map<String, EndpointSettings> asked = request.networking().endpoints();
        Map<String, EndpointSettings> wanted = new LinkedHashMap<>();
        var none = new EndpointSettings(new JsonObject());
        EndpointSettings first = asked.getOrDefault(mode, asked.getOrDefault("default", none));
        if (first.macAddress().isEmpty() && !request.macAddress().isEmpty()) {
            first =
                    new EndpointSettings(
                            first.json().copy().with("MacAddress", request.macAddress()));
        }
        wanted.put(mode, first);
        asked.forEach((name, settings) -> {
            if (!name.equals("default")) {
                wanted.putIfAbsent(name, settings);
            }
        });
        return config(wanted);
    }

    /** With one more network. */
    static NetworkingConfig with(NetworkingConfig before, String name, EndpointSettings settings) {
        Map<String, EndpointSettings> endpoints = before.endpoints();
        endpoints.put(name, settings);
        return config(endpoints);
    }

    /** Without some. */
    static NetworkingConfig without(NetworkingConfig before, Iterable<String> names) {
        Map<String, EndpointSettings> endpoints = before.endpoints();
        names.forEach(endpoints::remove);
        return config(endpoints);
    }

    private static NetworkingConfig config(Map<String, EndpointSettings> endpoints) {
        var object = new JsonObject();
        endpoints.forEach((name, settings) -> object.with(name, settings.json()));
        return new NetworkingConfig(new JsonObject().with(KEY, object));
    }
}
