package jong.engine.networks;

import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import jong.api.Filters;
import jong.engine.events.Events;
import jong.engine.rest.Exchange;
import jong.engine.rest.LabelFilter;
import jong.engine.rest.Router;
import jong.engine.rest.TimeFilter;
import jong.network.Endpoint;
import jong.network.Family;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException.InvalidArgument;

/** {@code /networks}. */
final class NetworkRoutes {

    private static final Set<String> LIST_KEYS =
            Set.of("dangling", "driver", "id", "label", "name", "scope", "type");
    private static final Set<String> BOOLEANS = Set.of("true", "1", "false", "0");
    private static final Set<String> PRUNE_KEYS = Set.of("label", "label!", "until");

    private final NetworkCatalog catalog;
    private final Events events;
    private final Clock clock;

    NetworkRoutes(NetworkCatalog catalog, Events events, Clock clock) {
        this.catalog = catalog;
        this.events = events;
        this.clock = clock;
    }

    void register(Router router) {
        router.route("GET", "/networks", this::list);
        router.route("GET", "/networks/", this::list);
        router.route("POST", "/networks/create", this::create);
        router.route("POST", "/networks/prune", this::prune);
        router.route("GET", "/networks/{id}", this::inspect);
        router.route("DELETE", "/networks/{id}", this::remove);
    }

    private void list(Exchange exchange) throws IOException {
        Filters filters = Filters.decode(exchange.query().string("filters"));
        filters.requireOnly(LIST_KEYS);
        checkValues(filters);
        exchange.json(
                200,
                catalog.list().stream()
                        .map(KnownNetwork::stored)
                        .filter(network -> matches(network, filters))
                        .map(network -> network.show(new JsonObject(), exchange.version()))
                        .toList());
    }

    private boolean matches(StoredNetwork network, Filters filters) {
        return someMatch(filters.get("name"), network.name()::contains)
                && someMatch(filters.get("id"), network.id()::startsWith)
                && among(filters, "driver", network.driver())
                && among(filters, "scope", "local")
                && among(filters, "type", network.isPredefined() ? "builtin" : "custom")
                && filters.get("dangling").stream()
                        .allMatch(text -> LabelFilter.isTrue(text) == isDangling(network))
                && LabelFilter.matches(filters, network.labels());
    }

    private static void checkValues(Filters filters) {
        for (String text : filters.get("type")) {
            if (!text.equals("builtin") && !text.equals("custom")) {
                throw new InvalidArgument("invalid filter: 'type'='" + text + "'");
            }
        }
        for (String text : filters.get("dangling")) {
            if (!BOOLEANS.contains(text)) {
                throw new InvalidArgument(
                        "invalid value for filter 'dangling', must be \"true\" (or \"1\"), or"
                                + " \"false\" (or \"0\")");
            }
        }
    }

    private boolean isDangling(StoredNetwork network) {
        return !network.isPredefined() && catalog.endpointsOf(network.id()).isEmpty();
    }

    private static boolean someMatch(List<String> wanted, Predicate<String> test) {
        return wanted.isEmpty() || wanted.stream().anyMatch(test);
    }

    private static boolean among(Filters filters, String key, String value) {
        List<String> wanted = filters.get(key);
        return wanted.isEmpty() || wanted.contains(value);
    }

    private void inspect(Exchange exchange) throws IOException {
        KnownNetwork network = catalog.find(exchange.path("id"));
        exchange.json(200, network.stored().show(containers(network), exchange.version()));
    }

    private JsonObject containers(KnownNetwork network) {
        var containers = new JsonObject();
        for (StoredEndpoint stored : catalog.endpointsOf(network.stored().id())) {
            containers.with(
                    stored.containerId(),
                    new JsonObject()
                            .with("Name", stored.endpoint().sandboxName())
                            .with("EndpointID", stored.endpoint().id())
                            .with(
                                    "MacAddress",
                                    stored.endpoint().mac().map(Object::toString).orElse(""))
                            .with("IPv4Address", address(stored, Family.IPV4))
                            .with("IPv6Address", address(stored, Family.IPV6)));
        }
        return containers;
    }

    private static String address(StoredEndpoint stored, Family family) {
        return stored.endpoint().address(family).map(Endpoint.Address::toString).orElse("");
    }

    private void create(Exchange exchange) throws IOException {
        JsonObject body = exchange.optionalBody();
        StoredNetwork network = catalog.create(body == null ? new JsonObject() : body);
        tell("create", network);
        exchange.json(201, new JsonObject().with("Id", network.id()).with("Warning", ""));
    }

    private void remove(Exchange exchange) throws IOException {
        KnownNetwork network = catalog.find(exchange.path("id"));
        catalog.remove(network);
        tell("destroy", network.stored());
        exchange.empty(204);
    }

    private void prune(Exchange exchange) throws IOException {
        Filters filters = Filters.decode(exchange.query().string("filters"));
        filters.requireOnly(PRUNE_KEYS);
        Instant until = until(filters);
        List<String> removed = new ArrayList<>();
        for (KnownNetwork network : catalog.list()) {
            StoredNetwork stored = network.stored();
            boolean old = stored.created().isBefore(until) && !stored.isConfiguration();
            if (old && isDangling(stored) && LabelFilter.matches(filters, stored.labels())) {
                catalog.remove(network);
                tell("destroy", stored);
                removed.add(stored.name());
            }
        }
        exchange.json(
                200, new JsonObject().with("NetworksDeleted", removed.isEmpty() ? null : removed));
    }

    private Instant until(Filters filters) {
        List<String> texts = filters.get("until");
        if (texts.size() > 1) {
            throw new InvalidArgument("more than one until filter specified");
        }
        return texts.isEmpty() ? Instant.MAX : TimeFilter.parse(texts.getFirst(), clock.instant());
    }

    private void tell(String action, StoredNetwork network) {
        events.publish(
                "network",
                action,
                network.id(),
                Map.of("name", network.name(), "type", network.driver()));
    }
}
