package jong.engine.plugins;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import jong.wire.json.Json;
import jong.wire.json.JsonException;
import jong.wire.json.JsonObject;

/**
 * Calls of one plugin. One that cannot be reached is tried again for as long as dockerd does: after
 * 1, 2, 4 and 8 seconds. Nothing is sent twice, as dockerd would if the answer makes no sense. Each
 * request has a connection of its own.
 */
final class PluginClient {

    private static final System.Logger LOG = System.getLogger(PluginClient.class.getName());
    private static final String ACCEPT = "application/vnd.docker.plugins.v1.2+json";

    private final PluginAddress address;
    private final Duration retries;

    /**
     * Makes a client.
     *
     * @param retries how long a plugin is tried that cannot be reached; dockerd: 30 seconds
     */
    PluginClient(PluginAddress address, Duration retries) {
        this.address = address;
        this.retries = retries;
    }

    /** How often a plugin is asked that does not answer. */
    enum Patience {
        ONCE,
        AGAIN
    }

    /**
     * Calls a method.
     *
     * @param method such as {@code VolumeDriver.Get}
     * @param limit how long one attempt may take
     * @return its answer, whose {@code Err} is empty
     * @throws PluginException if the plugin says no
     * @throws IOException if it cannot be reached, or what it sends makes no sense
     */
    JsonObject call(String method, JsonObject arguments, Duration limit, Patience patience)
            throws IOException {
        PluginAnswer answer = exchange(method, Json.writeBytes(arguments), limit, patience);
        String text = answer.body();
        if (answer.status() != 200) {
            throw new PluginException(method + ": " + failure(text), answer.status());
        }
        JsonObject result;
        String error;
        try {
            result = text.isBlank() ? new JsonObject() : Json.parseObject(text);
            error = result.string("Err");
        } catch (JsonException e) {
            throw new IOException(
                    method + ": the plugin's answer makes no sense: " + e.getMessage(), e);
        }
        if (!error.isEmpty()) {
            throw new PluginException(error, 200);
        }
        return result;
    }

    private static String failure(String body) {
        try {
            String error = Json.parseObject(body).string("Err");
            return error.isEmpty() ? body : error;
        } catch (JsonException _) {
            return body.strip();
        }
    }

    private PluginAnswer exchange(String method, byte[] body, Duration limit, Patience patience)
            throws IOException {
        long start = System.nanoTime();
        Duration pause = Duration.ofSeconds(1);
        while (true) {
            try {
                return exchange(method, body, limit);
            } catch (Answer e) {
                throw failure(method, e);
            } catch (IOException e) {
                Duration passed = Duration.ofNanos(System.nanoTime() - start);
                boolean last = pause.plus(passed).compareTo(retries) >= 0;
                if (patience == Patience.ONCE || last) {
                    throw failure(method, e);
                }
                LOG.log(
                        Level.WARNING,
                        "Unable to connect to plugin: {0}/{1}: {2}, retrying in {3}s",
                        address.uri(),
                        method,
                        e.getMessage(),
                        pause.toSeconds());
            }
            sleep(pause);
            pause = pause.multipliedBy(2);
        }
    }

    /** As Go's client words it. */
    private IOException failure(String method, IOException cause) {
        String url = "http://" + address.host() + "/" + method;
        return new IOException("Post \"%s\": %s".formatted(url, cause.getMessage()), cause);
    }

    private static void sleep(Duration pause) throws InterruptedIOException {
        try {
            Thread.sleep(pause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for a plugin");
        }
    }

    private PluginAnswer exchange(String method, byte[] body, Duration limit) throws IOException {
        try (PluginConnection connection = address.connection()) {
            return exchange(method, body, limit, connection);
        }
    }

    private PluginAnswer exchange(
            String method, byte[] body, Duration limit, PluginConnection connection)
            throws IOException {
        var late = new AtomicBoolean();
        Thread watch =
                Thread.ofVirtual()
                        .name("plugin-limit")
                        .start(() -> closeAfter(limit, connection, late));
        boolean reached = false;
        try {
            PluginConnection.Streams streams = connection.connect();
            reached = true;
            send(method, body, streams.out());
            return PluginAnswer.read(new BufferedInputStream(streams.in()));
        } catch (IOException e) {
            if (late.get()) {
                throw new Answer("context deadline exceeded", e);
            }
            throw reached ? new Answer(String.valueOf(e.getMessage()), e) : e;
        } finally {
            watch.interrupt();
        }
    }

    /** A plugin was reached and answers nonsense, or took too long: not tried again. */
    private static final class Answer extends IOException {
        private static final long serialVersionUID = 1L;

        Answer(String message, IOException cause) {
            super(message, cause);
        }
    }

    private static void closeAfter(
            Duration limit, PluginConnection connection, AtomicBoolean late) {
        try {
            Thread.sleep(limit);
        } catch (InterruptedException _) {
            return; // It has answered.
        }
        late.set(true);
        try {
            connection.close();
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "cannot close the connection to a plugin", e);
        }
    }

    private void send(String method, byte[] body, OutputStream out) throws IOException {
        String head =
                String.join(
                        "\r\n",
                        "POST /" + method + " HTTP/1.1",
                        "Host: " + address.host(),
                        "Accept: " + ACCEPT,
                        "Content-Length: " + body.length,
                        "Connection: close",
                        "",
                        "");
        out.write(head.getBytes(ISO_8859_1));
        out.write(body);
        out.flush();
    }
}
