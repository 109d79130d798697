package jong.engine.containers;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import jong.engine.rest.Exchange;
import jong.manager.diff.Change;
import jong.wire.json.Json;
import jong.wire.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * The answer of {@code GET /containers/{id}/changes}, sent while it is made: a container changes
 * more files than the daemon's memory holds. Begun with the first change, so that what fails before
 * is an answer of its own.
 */
final class ChangesAnswer {

    private static final int BUFFER_BYTES = 16 * 1024;

    private final Exchange exchange;
    private @Nullable OutputStream out;

    ChangesAnswer(Exchange exchange) {
        this.exchange = exchange;
    }

    void add(Change change) throws IOException {
        OutputStream begun = out;
        if (begun == null) {
            OutputStream answer = exchange.stream(200, "application/json");
            begun = new BufferedOutputStream(answer, BUFFER_BYTES);
            out = begun;
            begun.write('[');
        } else {
            begun.write(',');
        }
        begun.write(
                Json.writeBytes(
                        new JsonObject()
                                .with("Kind", change.kind().number())
                                .with("Path", change.path())));
    }

    /** All changes were added. Without any, the answer is {@code null}, as dockerd's. */
    void end() throws IOException {
        if (out == null) {
            exchange.json(200, null);
            return;
        }
        out.write(']');
        out.write('\n');
        out.flush();
    }
}
