package jong.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import jong.oci.Digest;
import jong.registry.hosts.Endpoint;
import jong.wire.status.StatusException;

/**
 * An upload that a registry has begun (distribution-spec, "Pushing blobs"), of content whose digest
 * may show only at its end. One that is closed before it was finished is cancelled.
 *
 * <pre>{@code
 * try (OpenUpload upload = repository.beginUpload()) {
 *     upload.send(bytes, 1_000_000);
 *     upload.finish(digest);
 * }
 * }</pre>
 */
public final class OpenUpload implements AutoCloseable {

    private final Session session;
    private final Endpoint endpoint;
    private URI location;
    private boolean finished;

    private OpenUpload(Session session, Endpoint endpoint, URI location) {
        this.session = session;
        this.endpoint = endpoint;
        this.location = location;
    }

    /** Begins an upload into the repository of that path. */
    static OpenUpload begin(Session session, Endpoint endpoint, String path)
            throws IOException, InterruptedException {
        return begin(session, endpoint, path, "", Scopes.NONE)
                .orElseThrow(() -> new IOException("registry took an upload without content"));
    }

    /**
     * Begins an upload, or finds that the registry needs none.
     *
     * @param query what is asked for besides
     * @param rights needed besides
     */
    static Optional<OpenUpload> begin(
            Session session, Endpoint endpoint, String path, String query, Scopes rights)
            throws IOException, InterruptedException {
        URI uri = endpoint.resource(path, "blobs/uploads/");
        URI whole = URI.create(uri + query);
        var response =
                session.send(endpoint, Transport.Request.of("POST", whole, Map.of()), rights);
        return switch (response.statusCode()) {
            case 201 -> {
                response.body().close();
                yield Optional.empty();
            }
            case 202 -> Optional.of(new OpenUpload(session, endpoint, location(uri, response)));
            default -> throw refusal(response);
        };
    }

    /**
     * Sends bytes that cannot be sent twice, without telling how many they are, which some
     * registries do not take.
     *
     * @param bytes is read to its end by another thread, unless sending fails
     * @param most about how many they are at most: sending may take time accordingly
     * @throws IOException also if the registry wants them once more, after a redirect for example
     */
    public void send(InputStream bytes, long most) throws IOException, InterruptedException {
        send(new Transport.Body(new Once(bytes), most, false));
    }

    void send(Transport.Body body) throws IOException, InterruptedException {
        var request =
                new Transport.Request(
                        "PATCH",
                        location,
                        Map.of("Content-Type", "application/octet-stream"),
                        body);
        var response = session.send(endpoint, request);
        if (response.statusCode() != 202 && response.statusCode() != 204) {
            throw refusal(response);
        }
        location = location(location, response);
    }

    /**
     * Has the registry take what was sent.
     *
     * @throws StatusException if the registry got something else
     */
    public void finish(Digest digest) throws IOException, InterruptedException {
        String separator = location.getRawQuery() == null ? "?" : "&";
        String encoded = URLEncoder.encode(digest.toString(), UTF_8);
        URI whole = URI.create(location + separator + "digest=" + encoded);
        var response = session.send(endpoint, Transport.Request.of("PUT", whole, Map.of()));
        if (response.statusCode() / 100 != 2) {
            throw refusal(response);
        }
        response.body().close();
        finished = true;
    }

    /** Best effort: the registry forgets uploads by itself after a time. */
    @Override
    public void close() {
        if (finished) {
            return;
        }
        finished = true;
        try {
            session.send(endpoint, Transport.Request.of("DELETE", location, Map.of()))
                    .body()
                    .close();
        } catch (IOException | StatusException e) {
            System.getLogger(OpenUpload.class.getName())
                    .log(Level.DEBUG, "cannot cancel an upload", e);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private static URI location(URI base, HttpResponse<InputStream> response) throws IOException {
        response.body().close();
        String location = response.headers().firstValue("Location").orElse("");
        return location.isEmpty() ? base : Transport.follow(base, location);
    }

    private static RuntimeException refusal(HttpResponse<InputStream> response) throws IOException {
        try (InputStream body = response.body()) {
            return RegistryErrors.of(response, body.readNBytes(Session.MAX_ERROR_BYTES));
        }
    }

    /** Gives a stream once, and after that one that fails. */
    private static final class Once implements Supplier<InputStream> {

        private final InputStream bytes;
        private final AtomicBoolean given = new AtomicBoolean();

        Once(InputStream bytes) {
            this.bytes = bytes;
        }

        @Override
        public InputStream get() {
            return given.getAndSet(true) ? new Gone() : bytes;
        }
    }

    /** In place of what was sent before. */
    private static final class Gone extends InputStream {
        @Override
        public int read() throws IOException {
            throw new IOException("the registry wants to be sent again what is sent once");
        }

        @Override
        public int read(byte[] target, int start, int length) throws IOException {
            return read();
        }
    }
}
