package jong.api.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import jong.wire.json.Json;
import jong.wire.json.JsonException;
import jong.wire.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * An answer of the daemon. Closing it gives the connection back if the body was read to its end,
 * and ends the connection otherwise; so a stream (events, logs) is left by closing.
 */
public final class Response implements AutoCloseable {

    private final EngineClient client;
    private final Connection connection;
    private final int status;
    private final Map<String, String> headers;
    private final BodyInput body;

    private Response(EngineClient client, Connection connection, Head head, BodyInput body) {
        this.client = client;
        this.connection = connection;
        this.status = head.status;
        this.headers = head.headers;
        this.body = body;
    }

    private record Head(int status, Map<String, String> headers) {}

    static Response read(EngineClient client, Connection connection, boolean bodyless)
            throws IOException {
        Head head = readHead(connection);
        while (head.status >= 100 && head.status < 200 && head.status != 101) {
            head = readHead(connection);
        }
        return new Response(client, connection, head, body(connection, head, bodyless));
    }

    /** The HTTP status, below 400. */
    public int status() {
        return status;
    }

    /** A header by its name in any case; empty if it is missing. */
    public String header(String name) {
        return headers.getOrDefault(name.toLowerCase(Locale.ROOT), "");
    }

    /** The body as it comes. */
    public InputStream body() {
        return body;
    }

    /** The body as a JSON value. */
    public @Nullable Object json() throws IOException {
        return Json.parse(body.readAllBytes());
    }

    @Override
    public void close() {
        if (body.reusable() && !header("connection").equalsIgnoreCase("close")) {
            client.giveBack(connection);
        } else {
            connection.close();
        }
    }

    /** The daemon's reason for a status of 400 and up. */
    EngineException failure(String route) throws IOException {
        String text = new String(body.readAllBytes(), UTF_8).strip();
        if (text.isEmpty()) {
            text =
                    "request returned "
                            + status
                            + " for API route "
                            + route
                            + ", check if the server supports the requested API version";
        } else if (text.startsWith("{")) {
            text = message(text);
        }
        return new EngineException(status, text);
    }

    private static String message(String json) {
        try {
            JsonObject error = Json.parseObject(json);
            return error.string("message", json).strip();
        } catch (JsonException e) {
            return json;
        }
    }

    private static Head readHead(Connection connection) throws IOException {
        String first = connection.line();
        if (!first.startsWith("HTTP/1.") || first.length() < 12) {
            throw new IOException("malformed HTTP response \"" + first + "\"");
        }
        int status = 0;
        for (int i = 9; i < 12; i++) {
            status = status * 10 + Character.digit(first.charAt(i), 10);
        }
        Map<String, String> headers = new TreeMap<>();
        for (String line = connection.line(); !line.isEmpty(); line = connection.line()) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                String name = line.substring(0, colon).toLowerCase(Locale.ROOT);
                headers.put(name, line.substring(colon + 1).strip());
            }
        }
        return new Head(status, headers);
    }

    private static BodyInput body(Connection connection, Head head, boolean bodyless)
            throws IOException {
        if (bodyless || head.status == 204 || head.status == 304) {
            return BodyInput.ofLength(connection, 0);
        }
        if ("chunked".equalsIgnoreCase(head.headers.get("transfer-encoding"))) {
            return BodyInput.chunked(connection);
        }
        String length = head.headers.get("content-length");
        if (length == null) {
            return BodyInput.untilClose(connection);
        }
        try {
            return BodyInput.ofLength(connection, Math.max(0, Long.parseLong(length)));
        } catch (NumberFormatException e) {
            throw new IOException("the daemon sent Content-Length: " + length, e);
        }
    }
}
