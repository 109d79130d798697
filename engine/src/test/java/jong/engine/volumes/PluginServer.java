package jong.engine.volumes;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import jong.engine.rest.Exchange;
import jong.engine.rest.RestApplication;
import jong.engine.rest.Router;
import jong.http.HttpServer;
import jong.http.ListenAddress;
import jong.http.ServerOptions;
import jong.wire.json.Json;
import jong.wire.json.JsonObject;

/** A {@link VolumeDriver} behind a socket, as a plugin of docker's is. */
final class PluginServer implements AutoCloseable {

    private final VolumeDriver driver;
    private final HttpServer server;

    /** Serves until it is closed. */
    PluginServer(VolumeDriver driver, Path socket) throws IOException {
        this.driver = driver;
        var router = new Router();
        router.route(
                "POST",
                "/Plugin.Activate",
                exchange ->
                        exchange.json(
                                200, new JsonObject().with("Implements", List.of("VolumeDriver"))));
        Map<String, Method> methods =
                Map.of(
                        "Create", this::create,
                        "Remove", this::remove,
                        "Mount", this::mount,
                        "Unmount", this::unmount,
                        "Get", this::get,
                        "List", _ -> new JsonObject().with("Volumes", volumes()),
                        "Capabilities", _ -> new JsonObject());
        methods.forEach((name, method) ->
                router.route(
                        "POST", "/VolumeDriver." + name, exchange -> answer(exchange, method)));
        server = new HttpServer(new RestApplication(router, "test"), ServerOptions.forGroup(""));
        server.listen(new ListenAddress.Unix(socket));
    }

    private interface Method {
        JsonObject call(JsonObject request) throws IOException;
    }

    private static void answer(Exchange exchange, Method method) throws IOException {
        var request = new String(exchange.input().readAllBytes(), UTF_8);
        exchange.json(200, method.call(Json.parseObject(request)));
    }

    private JsonObject create(JsonObject request) throws IOException {
        driver.create(request.string("Name"), request.stringMap("Opts"));
        return new JsonObject();
    }

    private JsonObject remove(JsonObject request) throws IOException {
        driver.remove(request.string("Name"));
        return new JsonObject();
    }

    private JsonObject mount(JsonObject request) throws IOException {
        Path place = driver.mount(request.string("Name"), request.string("ID"));
        return new JsonObject().with("Mountpoint", place.toString());
    }

    private JsonObject unmount(JsonObject request) throws IOException {
        driver.unmount(request.string("Name"), request.string("ID"));
        return new JsonObject();
    }

    private JsonObject get(JsonObject request) throws IOException {
        return driver.get(request.string("Name"))
                .map(found -> new JsonObject().with("Volume", show(found)))
                .orElseGet(() -> new JsonObject().with("Err", "no such volume"));
    }

    private List<JsonObject> volumes() throws IOException {
        return driver.list().stream().map(PluginServer::show).toList();
    }

    private static JsonObject show(VolumeDriver.Found found) {
        return new JsonObject().with("Name", found.name()).with("Mountpoint", found.mountpoint());
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
