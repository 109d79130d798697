package jong.engine.networks;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException.NotFound;
import jong.wire.status.StatusException.PermissionDenied;

/**
 * Networks that only keep what others are made from ({@code --config-only}, {@code --config-from});
 * the checks and texts are dockerd's.
 */
final class ConfigurationNetworks {

    private ConfigurationNetworks() {}

    /**
     * A request with what it takes from a configuration network, if it names one.
     *
     * @param find the network of a name
     */
    static JsonObject complete(JsonObject body, Function<String, Optional<StoredNetwork>> find) {
        String from = body.object("ConfigFrom").string("Network");
        if (body.flag("ConfigOnly")) {
            checkConfiguration(body, from);
            return body;
        }
        if (from.isEmpty()) {
            return body;
        }
        checkDependent(body);
        StoredNetwork source =
                find.apply(from)
                        .filter(StoredNetwork::isConfiguration)
                        .orElseThrow(() ->
                                new NotFound(
                                        "configuration network \"" + from + "\" does not exist"));
        JsonObject json = source.json();
        Map<String, String> labels = new HashMap<>(source.labels());
        labels.putAll(body.stringMap("Labels"));
        var merged = new JsonObject();
        labels.forEach(merged::with);
        return body.copy()
                .with("IPAM", json.object("IPAM"))
                .with("EnableIPv6", json.flag("EnableIPv6"))
                .with("Options", json.object("Options"))
                .with("Labels", merged);
    }

    private static void checkConfiguration(JsonObject body, String from) {
        boolean operated =
                body.flag("Ingress")
                        || body.flag("Internal")
                        || body.flag("Attachable")
                        || !body.string("Scope").isEmpty();
        if (operated) {
            throw new PermissionDenied(
                    "configuration network can only contain network specific fields. Network"
                            + " operator fields like [ ingress | internal | attachable | scope ]"
                            + " are not supported.");
        }
        if (!from.isEmpty()) {
            throw new PermissionDenied(
                    "a configuration network cannot depend on another configuration network");
        }
    }

    private static void checkDependent(JsonObject body) {
        JsonObject ipam = body.object("IPAM");
        boolean configured =
                !ipam.string("Driver", "default").equals("default")
                        || body.flag("EnableIPv6")
                        || !body.object("Labels").isEmpty()
                        || !ipam.object("Options").isEmpty()
                        || !ipam.objects("Config").isEmpty();
        if (configured) {
            throw new PermissionDenied(
                    "user specified configurations are not supported if the network depends on a"
                            + " configuration network");
        }
        if (!body.object("Options").isEmpty()) {
            throw new PermissionDenied(
                    "network driver options are not supported if the network depends on a"
                            + " configuration network");
        }
    }
}
