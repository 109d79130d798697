package jong.engine.containers;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import jong.api.CreateRequest;
import jong.api.Filters;
import jong.engine.containers.ExitWaiters.Result;
import jong.engine.logs.LogRequest;
import jong.engine.logs.LogService;
import jong.engine.rest.Exchange;
import jong.engine.rest.Query;
import jong.engine.rest.Router;
import jong.wire.json.Json;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException.Conflict;
import jong.wire.status.StatusException.Internal;
import jong.wire.status.StatusException.InvalidArgument;
import jong.wire.status.StatusException.NotModified;
import jong.wire.status.StatusException.Unimplemented;
import org.jspecify.annotations.Nullable;

/** The Engine API below {@code /containers}: reads requests, calls the services, writes answers. */
final class ContainerRoutes {

    private static final long STATS_INTERVAL_MILLIS = 1000;
    private static final int START_BODY_LIMIT = 7;

    private final ContainerStore store;
    private final ContainerVerbs verbs;
    private final Lister lister;
    private final Inspector inspector;
    private final Attacher attacher;
    private final Top top;
    private final Updater updater;
    private final Renamer renamer;
    private final Pruner pruner;
    private final EventSink events;
    private final Layout layout;

    ContainerRoutes(
            ContainerStore store, Collaborators world, ContainerVerbs verbs, Lister lister) {
        this.store = store;
        this.verbs = verbs;
        this.lister = lister;
        this.events = world.events();
        this.layout = world.layout();
        this.inspector = new Inspector(world, lister, new Links(store, layout));
        this.attacher = new Attacher(store, events, layout);
        this.top = new Top(events);
        this.updater = new Updater(store, events);
        this.renamer = new Renamer(store, world.networks(), events);
        this.pruner = new Pruner(store, lister, verbs.remover(), events);
    }

    void register(Router router) {
        router.route("GET", "/containers/json", this::list)
                .route("POST", "/containers/create", this::create)
                .route("POST", "/containers/prune", this::prune)
                .route("GET", "/containers/{id}/json", this::inspect)
                .route("POST", "/containers/{id}/start", this::start)
                .route("POST", "/containers/{id}/stop", this::stop)
                .route("POST", "/containers/{id}/restart", this::restart)
                .route("POST", "/containers/{id}/kill", this::kill)
                .route("POST", "/containers/{id}/pause", this::pause)
                .route("POST", "/containers/{id}/unpause", this::unpause)
                .route("POST", "/containers/{id}/rename", this::rename)
                .route("POST", "/containers/{id}/resize", this::resize)
                .route("POST", "/containers/{id}/update", this::update)
                .route("POST", "/containers/{id}/wait", this::await)
                .route("POST", "/containers/{id}/attach", attacher::attach)
                .route("GET", "/containers/{id}/logs", this::logs)
                .route("GET", "/containers/{id}/top", this::top)
                .route("GET", "/containers/{id}/stats", this::stats)
                .route("GET", "/containers/{id}/attach/ws", this::notYet)
                .route("DELETE", "/containers/{id}", this::remove);
    }

    private Container container(Exchange exchange) {
        return store.get(exchange.path("id"));
    }

    private void notYet(Exchange exchange) {
        Container container = container(exchange);
        throw new Unimplemented(
                "jong cannot do this with containers yet: "
                        + exchange.method()
                        + " on container "
                        + container.name());
    }

    private void list(Exchange exchange) throws IOException {
        Query query = exchange.query();
        int limit = query.string("limit").isEmpty() ? 0 : listLimit(query.string("limit"));
        Filters filters = Filters.decode(query.string("filters"));
        List<JsonObject> list = lister.list(query.flag("all"), limit, query.flag("size"), filters);
        exchange.json(200, list);
    }

    /** Docker answers 500 here, and 400 for other numbers. */
    private static int listLimit(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new Internal("strconv.Atoi: parsing \"" + text + "\": invalid syntax", e);
        }
    }

    private void create(Exchange exchange) throws IOException {
        var request = new CreateRequest(exchange.body());
        Query query = exchange.query();
        Container made =
                verbs.creator()
                        .create(
                                query.string("name"),
                                request,
                                query.string("platform"),
                                exchange.version());
        exchange.json(201, new JsonObject().with("Id", made.id()).with("Warnings", List.of()));
    }

    private void prune(Exchange exchange) throws IOException {
        exchange.json(200, pruner.prune(Filters.decode(exchange.query().string("filters"))));
    }

    private void inspect(Exchange exchange) throws IOException {
        boolean sizes = exchange.query().flag("size");
        exchange.json(200, inspector.inspect(container(exchange), sizes));
    }

    private void start(Exchange exchange) throws IOException {
        Container container = container(exchange);
        if (exchange.input().readNBytes(START_BODY_LIMIT + 1).length > START_BODY_LIMIT) {
            throw new InvalidArgument(
                    "starting container with non-empty request body was deprecated since API"
                            + " v1.22 and removed in v1.24");
        }
        verbs.lifecycle().start(container);
        exchange.empty(204);
    }

    private void stop(Exchange exchange) throws IOException, InterruptedException {
        Query query = exchange.query();
        verbs.stopper().stop(container(exchange), query.string("signal"), seconds(query));
        exchange.empty(204);
    }

    private static @Nullable Long seconds(Query query) {
        return query.string("t").isEmpty() ? null : (Long) integer(query, "t");
    }

    private static long integer(Query query, String name) {
        String text = query.string(name);
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new InvalidArgument("strconv.Atoi: parsing \"" + text + "\": invalid syntax", e);
        }
    }

    private void restart(Exchange exchange) throws IOException, InterruptedException {
        Query query = exchange.query();
        Container container = container(exchange);
        container.kept(true);
        try {
            verbs.stopper().stop(container, query.string("signal"), seconds(query));
        } catch (NotModified _) {
            // It does not run: restarting it is starting it.
        } finally {
            container.kept(false);
        }
        verbs.lifecycle().start(container);
        events.publish("container", "restart", container.id(), container.attributes());
        exchange.empty(204);
    }

    private void kill(Exchange exchange) throws IOException, InterruptedException {
        verbs.stopper().signal(container(exchange), exchange.query().string("signal"));
        exchange.empty(204);
    }

    private void pause(Exchange exchange) throws IOException {
        verbs.freezer().pause(container(exchange));
        exchange.empty(204);
    }

    private void unpause(Exchange exchange) throws IOException {
        verbs.freezer().unpause(container(exchange));
        exchange.empty(204);
    }

    private void rename(Exchange exchange) throws IOException {
        renamer.rename(container(exchange), exchange.query().string("name"));
        exchange.empty(204);
    }

    private void resize(Exchange exchange) throws IOException {
        Container container = container(exchange);
        int rows = (int) integer(exchange.query(), "h");
        int columns = (int) integer(exchange.query(), "w");
        container.runningTask().resize(rows, columns);
        events.publish(
                "container",
                "resize",
                container.id(),
                container.attributes(
                        "height", Integer.toString(rows), "width", Integer.toString(columns)));
        exchange.empty(200);
    }

    private void update(Exchange exchange) throws IOException {
        Container container = container(exchange);
        updater.update(container, exchange.body());
        exchange.json(200, new JsonObject().with("Warnings", null));
    }

    private void await(Exchange exchange) throws IOException {
        Container container = container(exchange);
        Waiter condition = Waiter.parse(exchange.query().string("condition"));
        CompletableFuture<Result> end = condition.on(container);
        try (OutputStream out = exchange.stream(200, "application/json")) {
            exchange.onDisconnect(() -> end.cancel(false));
            Result result = end.handle((value, _) -> value).join();
            if (result == null) {
                container.waiters().forget(end);
                return;
            }
            var json = new JsonObject().with("StatusCode", result.exitCode());
            if (!result.error().isEmpty()) {
                json.with("Error", new JsonObject().with("Message", result.error()));
            }
            byte[] body = Json.writeBytes(json);
            byte[] line = java.util.Arrays.copyOf(body, body.length + 1);
            line[body.length] = '\n';
            out.write(line);
        }
    }

    private void logs(Exchange exchange) throws IOException, InterruptedException {
        Container container = container(exchange);
        Query query = exchange.query();
        if (!query.flag("stdout") && !query.flag("stderr")) {
            throw new InvalidArgument("Bad parameters: you must choose at least one stream");
        }
        boolean terminal = container.config().tty();
        LogRequest request = LogQuery.parse(query, !terminal);
        if (container.host().logType().equals("none")) {
            throw new Unimplemented("configured logging driver does not support reading");
        }
        boolean raw = terminal || !exchange.version().atLeast(42);
        String type =
                raw
                        ? "application/vnd.docker.raw-stream"
                        : "application/vnd.docker.multiplexed-stream";
        var gone = new AtomicBoolean();
        try (OutputStream out = exchange.stream(200, type)) {
            exchange.onDisconnect(() -> gone.set(true));
            Path log = layout.log(container.id());
            if (query.flag("follow")) {
                LogService.follow(log, request, out, () -> gone.get() || !container.running());
            } else {
                LogService.read(log, request, out);
            }
        }
    }

    private void top(Exchange exchange) throws IOException, InterruptedException {
        exchange.json(200, top.top(container(exchange), exchange.query().string("ps_args")));
    }

    private void stats(Exchange exchange) throws IOException, InterruptedException {
        Container container = container(exchange);
        Query query = exchange.query();
        if (!query.flag("stream", true)) {
            JsonObject first = null;
            if (!query.flag("one-shot") && container.running()) {
                first = Stats.sample(container, null);
                Thread.sleep(STATS_INTERVAL_MILLIS);
            }
            exchange.json(200, Stats.sample(container, first));
            return;
        }
        var gone = new AtomicBoolean();
        try (OutputStream out = exchange.stream(200, "application/json")) {
            exchange.onDisconnect(() -> gone.set(true));
            JsonObject last = null;
            while (!gone.get() && container.state().status() != ContainerState.Status.DEAD) {
                last = Stats.sample(container, last);
                out.write(
                        (Json.write(last) + "\n")
                                .getBytes(java.nio.charset.StandardCharsets.UTF_8));
                Thread.sleep(STATS_INTERVAL_MILLIS);
            }
        }
    }

    private void remove(Exchange exchange) throws IOException, InterruptedException {
        Container container = container(exchange);
        Query query = exchange.query();
        if (query.flag("link")) {
            throw new Conflict("Conflict, cannot remove the default link name of the container");
        }
        if (query.flag("force") && container.running()) {
            verbs.stopper().kill(container);
            // With --rm it may be gone by now: that is what was wanted.
            if (container.state().status() == ContainerState.Status.DEAD) {
                exchange.empty(204);
                return;
            }
        }
        verbs.remover().remove(container, query.flag("v"));
        exchange.empty(204);
    }
}
