package jong.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import jong.oci.Descriptor;
import jong.oci.content.ContentStore;
import jong.registry.hosts.Endpoint;

/**
 * Brings one blob into a repository (distribution-spec, "Pushing blobs"): by a mount, or by an
 * upload of one chunk, as docker does it. An upload that fails is cancelled.
 */
final class BlobUpload {

    /** In place of an upload's address: none is needed. */
    private static final URI MOUNTED = URI.create("mounted:here");

    private final Session session;
    private final Endpoint endpoint;
    private final String path;
    private final Descriptor blob;

    BlobUpload(Session session, Endpoint endpoint, String path, Descriptor blob) {
        this.session = session;
        this.endpoint = endpoint;
        this.path = path;
        this.blob = blob;
    }

    String run(ContentStore store, List<String> sources, BlobListener listener)
            throws IOException, InterruptedException {
        for (String source : sources) {
            if (mount(source)) {
                return source;
            }
        }
        URI upload = begin("", Scopes.NONE);
        boolean done = false;
        try {
            finish(send(upload, store, listener));
            done = true;
        } finally {
            if (!done) {
                cancel(upload);
            }
        }
        return "";
    }

    /** Tries to mount; a registry that cannot begins an upload, which is not gone on with. */
    boolean mount(String source) throws IOException, InterruptedException {
        URI upload =
                begin(
                        "?mount=" + encode(blob.digest().toString()) + "&from=" + encode(source),
                        Scopes.repository(source, "pull"));
        if (upload.equals(MOUNTED)) {
            return true;
        }
        cancel(upload);
        return false;
    }

    private URI begin(String query, Scopes rights) throws IOException, InterruptedException {
        URI uri = endpoint.resource(path, "blobs/uploads/");
        URI whole = URI.create(uri + query);
        var response =
                session.send(endpoint, Transport.Request.of("POST", whole, Map.of()), rights);
        return switch (response.statusCode()) {
            case 201 -> {
                response.body().close();
                yield MOUNTED;
            }
            case 202 -> location(uri, response);
            default -> throw refusal(response);
        };
    }

    private URI send(URI upload, ContentStore store, BlobListener listener)
            throws IOException, InterruptedException {
        var body =
                new Transport.Body(
                        () -> new Counted(open(store), listener, blob.size()), blob.size());
        var request =
                new Transport.Request(
                        "PATCH", upload, Map.of("Content-Type", "application/octet-stream"), body);
        var response = session.send(endpoint, request);
        if (response.statusCode() != 202 && response.statusCode() != 204) {
            throw refusal(response);
        }
        return location(upload, response);
    }

    private void finish(URI upload) throws IOException, InterruptedException {
        String separator = upload.getRawQuery() == null ? "?" : "&";
        URI whole = URI.create(upload + separator + "digest=" + encode(blob.digest().toString()));
        var response = session.send(endpoint, Transport.Request.of("PUT", whole, Map.of()));
        if (response.statusCode() / 100 != 2) {
            throw refusal(response);
        }
        response.body().close();
    }

    /** Best effort: the registry forgets uploads by itself after a time. */
    private void cancel(URI upload) throws InterruptedException {
        try {
            session.send(endpoint, Transport.Request.of("DELETE", upload, Map.of())).body().close();
        } catch (IOException | jong.wire.status.StatusException e) {
            System.getLogger(BlobUpload.class.getName())
                    .log(System.Logger.Level.DEBUG, "cannot cancel an upload", e);
        }
    }

    private static URI location(URI base, HttpResponse<InputStream> response) throws IOException {
        response.body().close();
        String location = response.headers().firstValue("Location").orElse("");
        return location.isEmpty() ? base : Transport.resolve(base, location);
    }

    private static RuntimeException refusal(HttpResponse<InputStream> response) throws IOException {
        try (InputStream body = response.body()) {
            return RegistryErrors.of(response, body.readNBytes(Session.MAX_ERROR_BYTES));
        }
    }

    private InputStream open(ContentStore store) {
        try {
            return store.open(blob.digest()).stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, UTF_8);
    }

    /** Tells how far a blob has been read. */
    private static final class Counted extends FilterInputStream {

        private final BlobListener listener;
        private final long total;
        private long current;

        Counted(InputStream in, BlobListener listener, long total) {
            super(in);
            this.listener = listener;
            this.total = total;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int start, int length) throws IOException {
            int n = super.read(bytes, start, length);
            if (n > 0) {
                current += n;
                listener.transferred(current, total);
            }
            return n;
        }
    }
}
