package jong.engine.images;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import jong.engine.rest.Exchange;
import jong.manager.images.ProgressEvent;
import jong.manager.images.ProgressListener;
import jong.wire.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * Docker's stream of progress: JSON texts, each ended by {@code \r\n}.
 *
 * <p>The answer begins with the first text. What fails before that can still be answered with its
 * real status; what fails later becomes the last text of the stream. One thread at a time, which
 * does not wait for the client before it closes the stream.
 */
public final class ProgressStream implements ProgressListener, AutoCloseable {

    private final Exchange exchange;
    private final boolean quiet;
    private @Nullable ProgressQueue queue;

    /**
     * Makes a stream.
     *
     * @param quiet whether only the outcome is sent
     */
    public ProgressStream(Exchange exchange, boolean quiet) {
        this.exchange = exchange;
        this.quiet = quiet;
    }

    @Override
    public void progress(ProgressEvent event) {
        if (quiet && event instanceof ProgressEvent.Bytes) {
            return;
        }
        try {
            if (event instanceof ProgressEvent.Bytes bytes) {
                queue().addCount(bytes.id(), event.toJson());
            } else {
                send(event.toJson());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends one text, beginning the answer if it has not begun. */
    public void send(JsonObject text) throws IOException {
        queue().add(text);
    }

    private ProgressQueue queue() throws IOException {
        ProgressQueue begun = queue;
        if (begun == null) {
            begun = new ProgressQueue(exchange.stream(200, "application/json"));
            queue = begun;
        }
        return begun;
    }

    /** Whether the answer has begun. */
    public boolean begun() {
        return queue != null;
    }

    /** Tells of a failure in the middle. */
    public void fail(Throwable failure) throws IOException {
        String message = String.valueOf(failure.getMessage());
        send(
                new JsonObject()
                        .with("errorDetail", new JsonObject().with("message", message))
                        .with("error", message));
    }

    /** Waits until the client has all, or is gone. */
    @Override
    public void close() throws InterruptedIOException {
        if (queue != null) {
            queue.end();
        }
    }
}
