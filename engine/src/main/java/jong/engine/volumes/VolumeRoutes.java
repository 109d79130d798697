package jong.engine.volumes;

import java.io.IOException;
import jong.api.Filters;
import jong.engine.containers.Containers;
import jong.engine.rest.Exchange;
import jong.engine.rest.Router;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException.InvalidArgument;
import jong.wire.status.StatusException.Unavailable;
import org.jspecify.annotations.Nullable;

/** {@code /volumes}. */
public final class VolumeRoutes {

    private final VolumeService volumes;
    private final VolumeTransferRoutes transfers;

    /** Serves {@code volumes}, which {@code containers} use. */
    public VolumeRoutes(VolumeService volumes, Containers containers) {
        this.volumes = volumes;
        this.transfers = volumes.transfers(containers);
    }

    /** Registers the routes. */
    public void register(Router router) {
        transfers.register(router); // First: below, any path is a name.
        router.route("GET", "/volumes", this::list);
        router.route("POST", "/volumes/create", this::create);
        router.route("POST", "/volumes/prune", this::prune);
        router.route("GET", "/volumes/{name:.*}", this::inspect);
        router.route("PUT", "/volumes/{name:.*}", VolumeRoutes::update);
        router.route("DELETE", "/volumes/{name:.*}", this::remove);
    }

    private void list(Exchange exchange) throws IOException {
        var filter = listFilter(exchange);
        exchange.json(200, volumes.listing(filter));
    }

    private static VolumeFilter listFilter(Exchange exchange) {
        Filters filters;
        try {
            filters = filters(exchange);
        } catch (InvalidArgument e) {
            throw new InvalidArgument("error reading volume filters: " + e.getMessage(), e);
        }
        return VolumeFilter.forList(filters);
    }

    private void create(Exchange exchange) throws IOException {
        JsonObject given = exchange.optionalBody();
        JsonObject body = given == null ? new JsonObject() : given;
        exchange.json(
                201,
                volumes.create(
                        VolumeRequest.of(
                                body.string("Name"),
                                body.string("Driver"),
                                objectOrNull(body, "DriverOpts"),
                                objectOrNull(body, "Labels"))));
    }

    private static @Nullable JsonObject objectOrNull(JsonObject body, String name) {
        return body.has(name) ? body.object(name) : null;
    }

    private void inspect(Exchange exchange) throws IOException {
        exchange.json(200, volumes.inspect(exchange.path("name")));
    }

    private static void update(Exchange exchange) {
        throw new Unavailable(
                "volume update only valid for cluster volumes, but swarm is unavailable");
    }

    private void remove(Exchange exchange) throws IOException {
        volumes.remove(exchange.path("name"), exchange.query().flag("force"));
        exchange.empty(204);
    }

    private void prune(Exchange exchange) throws IOException {
        boolean everything = !exchange.version().atLeast(42);
        exchange.json(200, volumes.prune(VolumeFilter.forPrune(filters(exchange), everything)));
    }

    private static Filters filters(Exchange exchange) {
        return Filters.decode(exchange.query().string("filters"));
    }
}
