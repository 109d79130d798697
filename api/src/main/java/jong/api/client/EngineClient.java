package jong.api.client;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import jong.api.ApiVersion;
import jong.wire.json.JsonException;
import jong.wire.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * A client of the Docker Engine API, over HTTP/1.1 on a socket file or TCP.
 *
 * <p>It is small because a command line pays for every class at each start. The first request is
 * preceded by {@code HEAD /_ping}, from whose answer the API's version is chosen. May be used by
 * several threads: each request in flight has a connection of its own, and one idle connection is
 * kept.
 *
 * <pre>{@code
 * try (var client = new EngineClient(EngineAddress.parse("unix:///run/jong.sock"), null, "x")) {
 *     JsonObject info = client.object(Request.get("/info"));
 * }
 * }</pre>
 */
public final class EngineClient implements AutoCloseable {

    private final EngineAddress address;
    private final String userAgent;

    /** Guarded by this. */
    private @Nullable ApiVersion version;

    /** Guarded by this. */
    private @Nullable Connection idle;

    /**
     * Makes a client; nothing is connected yet.
     *
     * @param version the API's version to speak, or null to agree on one with the daemon
     * @param userAgent what the client says it is
     */
    public EngineClient(EngineAddress address, @Nullable ApiVersion version, String userAgent) {
        this.address = address;
        this.version = version;
        this.userAgent = userAgent;
    }

    /** Where this client connects to. */
    public EngineAddress address() {
        return address;
    }

    /**
     * The API's version that requests use; asks the daemon if it is not known yet.
     *
     * @throws EngineUnreachableException if the daemon does not answer
     */
    public ApiVersion version() throws IOException {
        synchronized (this) {
            if (version != null) {
                return version;
            }
        }
        ApiVersion agreed = negotiate();
        synchronized (this) {
            version = agreed;
        }
        return agreed;
    }

    /** Sends a request whose answer has no body of interest. */
    public void run(Request request) throws IOException {
        try (Response response = send(request)) {
            response.body().transferTo(java.io.OutputStream.nullOutputStream());
        }
    }

    /** Sends a request whose answer is a JSON object; an empty body reads as an empty one. */
    public JsonObject object(Request request) throws IOException {
        try (Response response = send(request)) {
            Object value = response.json();
            return value instanceof JsonObject object ? object : new JsonObject();
        } catch (JsonException e) {
            throw new IOException("the daemon sent what is not JSON: " + e.getMessage(), e);
        }
    }

    /** Sends a request whose answer is a list of JSON objects; {@code null} reads as empty. */
    public List<JsonObject> list(Request request) throws IOException {
        try (Response response = send(request)) {
            List<JsonObject> objects = new ArrayList<>();
            if (response.json() instanceof List<?> list) {
                for (Object element : list) {
                    if (element instanceof JsonObject object) {
                        objects.add(object);
                    }
                }
            }
            return objects;
        } catch (JsonException e) {
            throw new IOException("the daemon sent what is not JSON: " + e.getMessage(), e);
        }
    }

    /**
     * Sends a request and returns the answer's head, its body still to be read.
     *
     * @throws EngineException if the daemon says no
     * @throws EngineUnreachableException if the daemon does not answer
     */
    public Response send(Request request) throws IOException {
        Response response = exchange(request, prefix());
        if (response.status() >= 400) {
            try (response) {
                throw response.failure(request.route());
            }
        }
        return response;
    }

    /**
     * Sends a request that turns its connection into a raw stream.
     *
     * @throws EngineException if the daemon says no
     */
    public Hijacked hijack(Request request) throws IOException {
        String prefix = prefix();
        request.header("Connection", "Upgrade").header("Upgrade", "tcp");
        Connection connection = connect();
        try {
            write(connection, request, prefix);
            Response response = Response.read(this, connection, false);
            if (response.status() >= 400) {
                throw response.failure(request.route());
            }
            return new Hijacked(connection, response.header("Content-Type"));
        } catch (IOException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    @Override
    public synchronized void close() {
        if (idle != null) {
            idle.close();
            idle = null;
        }
    }

    /** Keeps a connection for the next request, unless one is kept already. */
    synchronized void giveBack(Connection connection) {
        if (idle == null) {
            idle = connection;
        } else {
            connection.close();
        }
    }

    private String prefix() throws IOException {
        return "/v" + version();
    }

    private ApiVersion negotiate() throws IOException {
        try (Response ping = exchange(Request.head("/_ping"), "")) {
            String offered = ping.header("Api-Version");
            if (offered.isEmpty()) {
                return ApiVersion.OLDEST;
            }
            ApiVersion theirs = ApiVersion.parse(offered);
            return theirs.compareTo(ApiVersion.NEWEST) < 0 ? theirs : ApiVersion.NEWEST;
        } catch (IllegalArgumentException e) {
            throw new IOException("the daemon at " + address + " says: " + e.getMessage(), e);
        }
    }

    private Response exchange(Request request, String prefix) throws IOException {
        Connection connection = takeIdle();
        if (connection != null && request.stream() == null) {
            try {
                return exchange(connection, request, prefix);
            } catch (EOFException e) {
                // The daemon may close an idle connection at any time; only a new one counts.
                connection.close();
            }
        } else if (connection != null) {
            giveBack(connection);
        }
        Connection fresh = connect();
        try {
            return exchange(fresh, request, prefix);
        } catch (IOException | RuntimeException e) {
            fresh.close();
            throw e;
        }
    }

    private Response exchange(Connection connection, Request request, String prefix)
            throws IOException {
        write(connection, request, prefix);
        return Response.read(this, connection, request.isHead());
    }

    private void write(Connection connection, Request request, String prefix) throws IOException {
        byte[] head = request.head(prefix, userAgent);
        byte[] body = request.body();
        try {
            connection.write(head, 0, head.length);
            if (body != null) {
                connection.write(body, 0, body.length);
            }
        } catch (IOException e) {
            // Whoever closed the connection may have left an answer that says why.
            assert e != null;
        }
        InputStream stream = request.stream();
        if (stream != null) {
            Thread.ofVirtual().start(() -> upload(connection, stream));
        }
    }

    /**
     * Sends a body while its answer may come already. An error here needs no report of its own: a
     * daemon that stops reading says why in its answer, and after a broken source the connection is
     * closed, which the reader of the answer notices.
     */
    private static void upload(Connection connection, InputStream stream) {
        try {
            connection.writeChunked(stream);
        } catch (IOException e) {
            assert e != null;
        }
    }

    private synchronized @Nullable Connection takeIdle() {
        Connection taken = idle;
        idle = null;
        return taken;
    }

    private Connection connect() throws IOException {
        try {
            return new Connection(address.connect());
        } catch (IOException e) {
            throw new EngineUnreachableException(address, e);
        }
    }
}
