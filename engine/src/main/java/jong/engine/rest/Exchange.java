package jong.engine.rest;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import jong.api.ApiVersion;
import jong.http.Hijacked;
import jong.wire.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * One request and its answer, as a handler sees them.
 *
 * <p>The answer is exactly one of {@link #json}, {@link #empty}, {@link #text}, {@link #stream} and
 * {@link #hijack}; a second one is a programming error. Used by the handler's thread, except where
 * stated.
 *
 * <pre>{@code
 * router.route("POST", "/containers/{id}/start", exchange -> {
 *     containers.start(exchange.path("id"));
 *     exchange.empty(204);
 * });
 * }</pre>
 */
public interface Exchange {

    /** The request's method, in capitals. */
    String method();

    /**
     * The decoded part of the path that matched {@code {name}}.
     *
     * @throws IllegalArgumentException if the route has no such variable
     */
    String path(String name);

    /** The query, with the fields of a form body in front (Go's {@code ParseForm}). */
    Query query();

    /** A request header's first value, {@code ""} if missing. */
    String header(String name);

    /** The version of the API that the client speaks; the newest one for paths without it. */
    ApiVersion version();

    /**
     * Reads the whole body as one JSON object, with Docker's rules for bodies.
     *
     * @throws jong.wire.status.StatusException.InvalidArgument if it is missing, has another media
     *     type, is not one JSON object or is longer than {@link RestApplication#MAX_JSON_BODY}
     *     bytes
     */
    JsonObject body();

    /**
     * Like {@link #body()}, but a request without a body yields {@code null}, as do bodies that are
     * JSON's {@code null}.
     */
    @Nullable JsonObject optionalBody();

    /**
     * The raw body. Reading may go on while the answer is being written. The stream fails with an
     * {@link IOException} if the client goes away before the end.
     */
    InputStream input();

    /** Sets a header of the answer, before the answer has begun. */
    void setHeader(String name, String value);

    /** Whether the answer has begun. */
    boolean answered();

    /** Answers with one JSON value and a line feed. */
    void json(int status, @Nullable Object tree) throws IOException;

    /** Answers with a status and no body. */
    void empty(int status) throws IOException;

    /** Answers with plain text, exactly as given. */
    void text(int status, String contentType, String body) throws IOException;

    /**
     * Begins an answer of unknown length. The headers are sent at once; each {@code write} leaves
     * at once too. Closing the stream ends the answer; the server closes it when the handler
     * returns.
     */
    OutputStream stream(int status, String contentType) throws IOException;

    /** Whether the client asked for {@code Connection: Upgrade} with {@code Upgrade: tcp}. */
    boolean upgradeRequested();

    /**
     * Takes the connection over for raw bytes: answers 101 with the content type given if the
     * client asked for an upgrade, else 200. What is left of the body must have been read before.
     * The engine's usual headers are left out, as dockerd does for attach.
     */
    Hijacked hijack(String contentType) throws IOException;

    /** Like {@link #hijack}, with the engine's usual headers, as dockerd does for exec. */
    Hijacked hijackWithHeaders(String contentType) throws IOException;

    /**
     * Answers a request for a hijacked stream with an error, as dockerd does for attach: a raw
     * head, the text, {@code \r\n}, end of connection.
     *
     * @param failure what went wrong; decides the status
     */
    void refuseHijack(RuntimeException failure) throws IOException;

    /**
     * Runs {@code action} once when the client is gone: at once if it is gone already. Before a
     * hijack, the end of the client's bytes counts as gone; after it, only the loss of the
     * connection does. The action must not block; it runs on any thread.
     */
    void onDisconnect(Runnable action);
}
