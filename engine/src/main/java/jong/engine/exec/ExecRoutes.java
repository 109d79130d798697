package jong.engine.exec;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import jong.engine.rest.Exchange;
import jong.engine.rest.Query;
import jong.engine.rest.Router;
import jong.http.Hijacked;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException;
import jong.wire.status.StatusException.InvalidArgument;

/** The Engine API's exec requests. */
public final class ExecRoutes {

    private static final String RAW = "application/vnd.docker.raw-stream";
    private static final String MULTIPLEXED = "application/vnd.docker.multiplexed-stream";
    private static final int STDOUT = 1;

    private final ExecService service;

    public ExecRoutes(ExecService service) {
        this.service = service;
    }

    /** Adds the routes. */
    public void register(Router router) {
        router.route("POST", "/containers/{id}/exec", this::create)
                .route("POST", "/exec/{id}/start", this::start)
                .route("POST", "/exec/{id}/resize", this::resize)
                .route("GET", "/exec/{id}/json", this::inspect);
    }

    private void create(Exchange exchange) throws IOException {
        String id = service.create(exchange.path("id"), exchange.body());
        exchange.json(201, new JsonObject().with("Id", id));
    }

    private void inspect(Exchange exchange) throws IOException {
        exchange.json(200, service.get(exchange.path("id")).inspect());
    }

    private void resize(Exchange exchange) throws IOException, InterruptedException {
        Query query = exchange.query();
        ExecSession session = service.get(exchange.path("id"));
        service.resize(session, size(query, "h"), size(query, "w"));
        exchange.empty(200);
    }

    private static int size(Query query, String name) {
        String text = query.string(name);
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new InvalidArgument("strconv.Atoi: parsing \"" + text + "\": invalid syntax", e);
        }
    }

    /** The whole JSON body comes before the client's first byte of stdin. */
    private void start(Exchange exchange) throws IOException {
        ExecSession session = service.get(exchange.path("id"));
        JsonObject given = exchange.optionalBody();
        JsonObject body = given == null ? new JsonObject() : given;
        if (body.flag("Detach")) {
            service.startDetached(session);
            exchange.empty(200);
            return;
        }
        if (body.has("ConsoleSize")) {
            session.config().put("ConsoleSize", body.get("ConsoleSize"));
        }
        boolean raw =
                session.terminal()
                        || !exchange.version().atLeast(42)
                        || !exchange.upgradeRequested();
        try (Hijacked client = exchange.hijackWithHeaders(raw ? RAW : MULTIPLEXED)) {
            try {
                service.startAttached(session, client);
            } catch (StatusException e) {
                // The answer has begun: docker tells the failure as output.
                complain(session, client, e);
            }
        }
    }

    private static void complain(ExecSession session, Hijacked client, StatusException failure)
            throws IOException {
        byte[] text = (failure.getMessage() + "\r\n").getBytes(UTF_8);
        OutputStream out = client.output();
        if (!session.terminal()) {
            out.write(ByteBuffer.allocate(8).put((byte) STDOUT).putInt(4, text.length).array());
        }
        out.write(text);
        out.close();
    }
}
