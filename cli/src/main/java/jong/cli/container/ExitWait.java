package jong.cli.container;

import java.io.IOException;
import jong.api.client.Request;
import jong.api.client.Response;
import jong.cli.command.Session;
import jong.cli.failure.CommandException;
import jong.wire.json.Json;
import jong.wire.json.JsonObject;

/**
 * A request that ends with a container. It is begun before the container starts, so that even one
 * that ends at once is not missed; the daemon answers the head right away.
 */
final class ExitWait implements AutoCloseable {

    private final Response response;

    private ExitWait(Response response) {
        this.response = response;
    }

    /**
     * Begins to wait.
     *
     * @param condition {@code next-exit}, {@code removed}, or empty for "not running"
     */
    static ExitWait begin(Session session, String id, String condition) throws IOException {
        Request request = Request.post("/containers/" + id + "/wait");
        if (!condition.isEmpty()) {
            request.query("condition", condition);
        }
        return new ExitWait(session.client().send(request));
    }

    /** Waits for the end. */
    int exitCode() throws IOException {
        JsonObject result = Json.parseObject(response.body().readAllBytes());
        String error = result.object("Error").string("Message");
        if (!error.isEmpty()) {
            throw new CommandException("Error waiting for container: " + error, 125);
        }
        return (int) result.number("StatusCode");
    }

    @Override
    public void close() {
        response.close();
    }
}
