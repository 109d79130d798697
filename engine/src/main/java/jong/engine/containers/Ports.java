package jong.engine.containers;

import java.util.ArrayList;
import java.util.List;
import jong.wire.json.JsonObject;

/** The ports of a container as {@code docker ps} lists them. */
final class Ports {

    private Ports() {}

    /** From {@code NetworkSettings.Ports}: one object for each binding, or for an exposed port. */
    static List<JsonObject> of(JsonObject networkSettings) {
        JsonObject ports = networkSettings.object("Ports");
        List<JsonObject> result = new ArrayList<>();
        for (String port : ports.keySet()) {
            String[] parts = port.split("/", 2);
            long number = Long.parseLong(parts[0]);
            String protocol = parts.length == 1 ? "tcp" : parts[1];
            List<JsonObject> bindings = ports.objects(port);
            for (JsonObject binding : bindings) {
                result.add(
                        new JsonObject()
                                .withUnlessEmpty("IP", binding.string("HostIp"))
                                .with("PrivatePort", number)
                                .with("PublicPort", Long.parseLong(binding.string("HostPort")))
                                .with("Type", protocol));
            }
            if (bindings.isEmpty()) {
                result.add(new JsonObject().with("PrivatePort", number).with("Type", protocol));
            }
        }
        return result;
    }
}
