package jong.api.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import jong.api.Filters;
import jong.wire.json.Json;
import jong.wire.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * A request to the daemon, put together step by step.
 *
 * <p>The path has no version; it is escaped here, so names go in as they are. Parameters are sent
 * sorted by name.
 */
public final class Request {

    private static final String HEX = "0123456789ABCDEF";

    private final String method;
    private final String path;
    private final TreeMap<String, List<String>> query = new TreeMap<>();
    private final StringBuilder headers = new StringBuilder();
    private byte @Nullable [] body;
    private @Nullable InputStream stream;

    private Request(String method, String path) {
        this.method = method;
        // As in `/containers//web/json`, from a name as inspect prints it. dockerd redirects there.
        this.path = path.replace("//", "/");
    }

    /** A GET of a path such as {@code /containers/json}. */
    public static Request get(String path) {
        return new Request("GET", path);
    }

    /** A HEAD. */
    public static Request head(String path) {
        return new Request("HEAD", path);
    }

    /** A POST. */
    public static Request post(String path) {
        return new Request("POST", path);
    }

    /** A PUT. */
    public static Request put(String path) {
        return new Request("PUT", path);
    }

    /** A DELETE. */
    public static Request delete(String path) {
        return new Request("DELETE", path);
    }

    /** Adds a parameter; one that is there already gets a second value. */
    public Request query(String name, String value) {
        List<String> values = query.get(name);
        if (values == null) {
            values = new ArrayList<>(1);
            query.put(name, values);
        }
        values.add(value);
        return this;
    }

    /** Adds {@code name=1} if {@code on}. */
    public Request flag(String name, boolean on) {
        return on ? query(name, "1") : this;
    }

    /** Adds the {@code filters} parameter unless there are none. */
    public Request filters(Filters filters) {
        return filters.isEmpty() ? this : query("filters", filters.encode());
    }

    /**
     * Adds a header.
     *
     * @throws IllegalArgumentException if the value has a line break
     */
    public Request header(String name, String value) {
        if (value.indexOf('\r') >= 0 || value.indexOf('\n') >= 0) {
            throw new IllegalArgumentException("line break in header " + name);
        }
        headers.append(name).append(": ").append(value).append("\r\n");
        return this;
    }

    /** Sets a JSON body. */
    public Request json(JsonObject json) {
        body = Json.writeBytes(json);
        return header("Content-Type", "application/json");
    }

    /** Sets a body that is sent in chunks until the stream ends; its owner closes it. */
    public Request stream(InputStream source, String contentType) {
        stream = source;
        return header("Content-Type", contentType);
    }

    @Nullable InputStream stream() {
        return stream;
    }

    byte @Nullable [] body() {
        return body;
    }

    boolean isHead() {
        return method.equals("HEAD");
    }

    /** The route for error texts. */
    String route() {
        return path;
    }

    /** The head as bytes, ready to be sent. */
    byte[] head(String prefix, String userAgent) {
        var head = new StringBuilder(256);
        head.append(method).append(' ');
        escape(head, prefix + path, "/$&+,:;=@-_.~");
        char separator = '?';
        for (var entry : query.entrySet()) {
            for (String value : entry.getValue()) {
                head.append(separator);
                escape(head, entry.getKey(), "-_.~");
                head.append('=');
                escape(head, value, "-_.~");
                separator = '&';
            }
        }
        head.append(" HTTP/1.1\r\nHost: api.moby.localhost\r\nUser-Agent: ").append(userAgent);
        head.append("\r\n").append(headers);
        byte[] fixed = body;
        if (stream != null) {
            head.append("Transfer-Encoding: chunked\r\n");
        } else if (fixed != null) {
            head.append("Content-Length: ").append(fixed.length).append("\r\n");
        } else if (method.equals("POST") || method.equals("PUT")) {
            head.append("Content-Length: 0\r\n");
        }
        return head.append("\r\n").toString().getBytes(UTF_8);
    }

    private static void escape(StringBuilder out, String text, String plain) {
        for (byte b : text.getBytes(UTF_8)) {
            char c = (char) (b & 0xff);
            if ((c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || (c >= '0' && c <= '9')
                    || plain.indexOf(c) >= 0) {
                out.append(c);
            } else {
                out.append('%').append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 15));
            }
        }
    }
}
