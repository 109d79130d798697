package jong.engine.system;

import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import jong.engine.config.DaemonOptions;
import jong.engine.config.Product;
import jong.engine.rest.Exchange;
import jong.engine.rest.RestApplication;
import jong.engine.rest.Router;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException.InvalidArgument;

/** {@code /_ping}, {@code /version}, {@code /info} and {@code /system/df}. */
public final class SystemRoutes {

    private static final Set<String> USAGE_TYPES =
            Set.of("container", "image", "volume", "build-cache");

    private final Info info;
    private final EngineState state;

    /** Serves what {@code state} says. */
    public SystemRoutes(String engineId, DaemonOptions options, EngineState state, Clock clock) {
        this.info = new Info(engineId, options, state, clock);
        this.state = state;
    }

    /** Registers the routes. */
    public void register(Router router) {
        router.route("GET", "/_ping", SystemRoutes::ping);
        router.route("HEAD", "/_ping", SystemRoutes::ping);
        router.route("GET", "/version", exchange -> exchange.json(200, version()));
        router.route(
                "GET", "/info", exchange -> exchange.json(200, info.toJson(exchange.version())));
        router.route("GET", "/system/df", this::usage);
    }

    private static void ping(Exchange exchange) throws IOException {
        exchange.setHeader("Builder-Version", "1");
        exchange.setHeader("Swarm", "inactive");
        exchange.setHeader("Cache-Control", "no-cache, no-store, must-revalidate");
        exchange.setHeader("Pragma", "no-cache");
        String body = exchange.method().equals("HEAD") ? "" : "OK";
        exchange.text(200, "text/plain; charset=utf-8", body);
    }

    private static JsonObject version() {
        String newest = RestApplication.NEWEST_VERSION.toString();
        String oldest = RestApplication.OLDEST_VERSION.toString();
        String java = "java" + Runtime.version().feature();
        var details =
                new JsonObject()
                        .with("ApiVersion", newest)
                        .with("Arch", HostFacts.architecture())
                        .with("BuildTime", "")
                        .with("Experimental", "false")
                        .with("GitCommit", "")
                        .with("GoVersion", java)
                        .with("KernelVersion", HostFacts.kernelVersion())
                        .with("MinAPIVersion", oldest)
                        .with("Os", "linux");
        return new JsonObject()
                .with("Platform", new JsonObject().with("Name", Product.NAME))
                .with("Components", components(details))
                .with("Version", Product.VERSION)
                .with("ApiVersion", newest)
                .with("MinAPIVersion", oldest)
                .with("GitCommit", "")
                .with("GoVersion", java)
                .with("Os", "linux")
                .with("Arch", HostFacts.architecture())
                .with("KernelVersion", HostFacts.kernelVersion())
                .with("BuildTime", "");
    }

    private static List<JsonObject> components(JsonObject engineDetails) {
        var none = new JsonObject().with("GitCommit", "");
        return List.of(
                component("Engine", engineDetails),
                component("jong-runc", none),
                component("docker-init", none));
    }

    private static JsonObject component(String name, JsonObject details) {
        return new JsonObject()
                .with("Name", name)
                .with("Version", Product.VERSION)
                .with("Details", details);
    }

    private void usage(Exchange exchange) throws IOException {
        List<String> types = new ArrayList<>();
        if (exchange.version().atLeast(42)) {
            types.addAll(exchange.query().strings("type"));
        }
        for (String type : types) {
            if (!USAGE_TYPES.contains(type)) {
                throw new InvalidArgument("unknown object type: " + type);
            }
        }
        boolean all = types.isEmpty();
        boolean images = all || types.contains("image");
        exchange.json(
                200,
                new JsonObject()
                        .with("LayersSize", images ? state.layersSize() : 0)
                        .with("Images", images ? state.imageUsage() : null)
                        .with(
                                "Containers",
                                all || types.contains("container") ? state.containerUsage() : null)
                        .with(
                                "Volumes",
                                all || types.contains("volume") ? state.volumeUsage() : null)
                        .with(
                                "BuildCache",
                                all || types.contains("build-cache") ? List.of() : null));
    }
}
