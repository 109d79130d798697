package jong.engine.networks;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import jong.api.EndpointSettings;
import jong.engine.containers.NetworkRequest;
import jong.wire.json.JsonObject;

/**
 * Names that go with an endpoint.
 *
 * @param own by which others find the container in the network, the container's name first; none in
 *     predefined networks
 * @param links {@code NAME:ALIAS}: what the container itself calls others in the network
 */
record EndpointNames(List<String> own, List<String> links) {

    private static final int SHORT_ID = 12;

    EndpointNames {
        own = List.copyOf(own);
        links = List.copyOf(links);
    }

    /** The names of a container in a network: none if it is predefined. */
    static EndpointNames in(String network, NetworkRequest request, EndpointSettings wanted) {
        return Predefined.NAMES.contains(network)
                ? new EndpointNames(List.of(), List.of())
                : of(request, wanted);
    }

    /** The names of a container in a user-defined network: docker's {@code DNSNames}. */
    private static EndpointNames of(NetworkRequest request, EndpointSettings wanted) {
        var own = new ArrayList<String>();
        own.add(request.name());
        own.addAll(wanted.aliases());
        own.add(request.id().substring(0, SHORT_ID));
        own.add(request.hostname());
        return new EndpointNames(
                own.stream().filter(name -> !name.isEmpty()).distinct().toList(), wanted.links());
    }

    /** What the aliases of the links stand for. */
    Map<String, String> aliases() {
        var aliases = new TreeMap<String, String>();
        for (String link : links) {
            int colon = link.indexOf(':');
            String name = colon < 0 ? link : link.substring(0, colon);
            aliases.put(link.substring(colon + 1), name);
        }
        return aliases;
    }

    JsonObject toJson() {
        return new JsonObject().with("own", own).with("links", links);
    }

    static EndpointNames fromJson(JsonObject json) {
        return new EndpointNames(json.strings("own"), json.strings("links"));
    }
}
