package jong.registry.server;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import jong.wire.json.Json;
import jong.wire.json.JsonObject;

/**
 * Delivers events to one web hook, in order, on a thread of its own.
 *
 * <p>At most {@link #MAX_QUEUED} events wait; then new ones are dropped. An event that the hook
 * refuses {@link #ATTEMPTS} times is dropped as well. Both are counted and logged.
 */
final class Notifier implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(Notifier.class.getName());
    private static final String CONTENT_TYPE = "application/vnd.docker.distribution.events.v2+json";
    private static final int MAX_QUEUED = 1000;
    private static final int ATTEMPTS = 5;
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);

    private final URI hook;
    private final Metrics metrics;
    private final BlockingQueue<JsonObject> queue = new ArrayBlockingQueue<>(MAX_QUEUED);
    private final HttpClient client = HttpClient.newBuilder().connectTimeout(TIMEOUT).build();
    private final Thread thread;

    Notifier(URI hook, Metrics metrics) {
        this.hook = hook;
        this.metrics = metrics;
        this.thread = Thread.ofVirtual().name("notifier").start(this::run);
    }

    /** Queues an event; never blocks. */
    void send(JsonObject event) {
        if (!queue.offer(event)) {
            metrics.event("dropped");
            LOG.log(Level.WARNING, () -> "event dropped: " + hook + " is too slow");
        }
    }

    private void run() {
        try {
            while (true) {
                deliver(queue.take());
            }
        } catch (InterruptedException _) {
            // The server ends.
        }
    }

    private void deliver(JsonObject event) throws InterruptedException {
        byte[] body = Json.writeBytes(new JsonObject().with("events", List.of(event)));
        HttpRequest request =
                HttpRequest.newBuilder(hook)
                        .timeout(TIMEOUT)
                        .header("Content-Type", CONTENT_TYPE)
                        .POST(BodyPublishers.ofByteArray(body))
                        .build();
        String trouble = "";
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Thread.sleep(attempt == 0 ? Duration.ZERO : FIRST_PAUSE.multipliedBy(1L << attempt));
            try {
                int status = client.send(request, BodyHandlers.discarding()).statusCode();
                if (status >= 200 && status < 400) {
                    metrics.event("delivered");
                    return;
                }
                trouble = "status " + status;
            } catch (IOException e) {
                trouble = String.valueOf(e);
            }
        }
        metrics.event("failed");
        String last = trouble;
        LOG.log(Level.WARNING, () -> "event not delivered to " + hook + ": " + last);
    }

    /** Ends without delivering what waits. */
    @Override
    public void close() {
        thread.interrupt();
        client.shutdownNow();
    }
}
