package jong.api;

import java.util.LinkedHashMap;
import java.util.Map;
import jong.wire.json.JsonObject;

/**
 * The networks of a new container.
 *
 * @param json the object as sent, with members that Jong does not know too
 */
public record NetworkingConfig(JsonObject json) {

    /** The settings of each network, by the name or id that the client used. */
    public Map<String, EndpointSettings> endpoints() {
        Map<String, EndpointSettings> endpoints = new LinkedHashMap<>();
        JsonObject object = json.object("EndpointsConfig");
        for (String network : object.keySet()) {
            endpoints.put(network, new EndpointSettings(object.object(network)));
        }
        return endpoints;
    }
}
