package jong.engine.images;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import jong.engine.rest.Exchange;
import jong.manager.images.ProgressEvent;
import jong.manager.images.ProgressListener;
import jong.wire.json.Json;
import jong.wire.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * Docker's stream of progress: JSON texts, each ended by {@code \r\n}.
 *
 * <p>The answer begins with the first text. What fails before that can still be answered with its
 * real status; what fails later becomes the last text of the stream. One thread at a time.
 */
final class ProgressStream implements ProgressListener {

    private final Exchange exchange;
    private final boolean quiet;
    private @Nullable OutputStream out;

    /**
     * Makes a stream.
     *
     * @param quiet whether only the outcome is sent
     */
    ProgressStream(Exchange exchange, boolean quiet) {
        this.exchange = exchange;
        this.quiet = quiet;
    }

    @Override
    public void progress(ProgressEvent event) {
        if (quiet && event instanceof ProgressEvent.Bytes) {
            return;
        }
        try {
            send(event.toJson());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends one text, beginning the answer if it has not begun. */
    void send(JsonObject text) throws IOException {
        OutputStream stream = out;
        if (stream == null) {
            stream = exchange.stream(200, "application/json");
            out = stream;
        }
        stream.write((Json.write(text) + "\r\n").getBytes(UTF_8));
    }

    boolean begun() {
        return out != null;
    }

    /** Tells of a failure in the middle. */
    void fail(Throwable failure) throws IOException {
        String message = String.valueOf(failure.getMessage());
        send(
                new JsonObject()
                        .with("errorDetail", new JsonObject().with("message", message))
                        .with("error", message));
    }
}
