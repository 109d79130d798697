package jong.registry.server;

import java.io.IOException;
import jong.oci.Digest;
import jong.registry.server.access.Visitor;
import jong.registry.server.protocol.ByteRange;
import jong.registry.server.protocol.Digests;
import jong.registry.server.protocol.ErrorCode;
import jong.registry.server.protocol.RegistryException;
import jong.registry.server.protocol.RepositoryName;
import jong.registry.server.storage.RegistryStore;
import jong.registry.server.storage.StorageFullException;
import jong.registry.server.storage.Upload;
import org.jspecify.annotations.Nullable;

/** Takes blobs (distribution spec, end-4 to end-6, end-11, end-13 and end-14). */
final class UploadHandlers {

    private static final String CONTENT_TYPE = "application/octet-stream";

    /** A chunk smaller than this, in bytes, costs more to send than to carry. */
    private static final int SMALLEST_CHUNK = 1024;

    private final RegistryStore store;
    private final Observer observer;

    UploadHandlers(RegistryStore store, Observer observer) {
        this.store = store;
        this.observer = observer;
    }

    /** POST: mounts a blob, takes a whole one, or begins an upload. */
    void begin(RegistryExchange exchange) throws IOException {
        String mount = exchange.query().string("mount");
        if (!mount.isEmpty() && mount(exchange, Digests.parse(mount))) {
            return;
        }
        String digest = exchange.query().string("digest");
        if (mount.isEmpty() && !digest.isEmpty()) {
            takeWhole(exchange, Digests.parse(digest));
            return;
        }
        String algorithm = exchange.query().string("digest-algorithm", Digests.DEFAULT_ALGORITHM);
        Upload upload = store.beginUpload(exchange.repository(), algorithm);
        exchange.http().setHeader("OCI-Chunk-Min-Length", String.valueOf(SMALLEST_CHUNK));
        answerWithState(exchange, upload, 202);
    }

    /** Answers if the blob could be mounted; otherwise it has to be uploaded. */
    private boolean mount(RegistryExchange exchange, Digest digest) throws IOException {
        String from = exchange.query().string("from");
        if (!mayMount(exchange.visitor(), from, digest)
                || !store.mount(exchange.repository(), digest)) {
            return false;
        }
        long size = store.size(digest).orElse(0);
        created(exchange, digest);
        observer.mounted(exchange, digest, size, from);
        return true;
    }

    private boolean mayMount(Visitor visitor, String from, Digest digest) throws IOException {
        if (!from.isEmpty()) {
            return RepositoryName.isValid(from)
                    && visitor.mayPull(new RepositoryName(from))
                    && store.repository(new RepositoryName(from)).hasBlob(digest);
        }
        if (visitor.unlimited()) {
            return true;
        }
        for (String name : visitor.granted().keySet()) {
            if (RepositoryName.isValid(name)
                    && visitor.mayPull(new RepositoryName(name))
                    && store.repository(new RepositoryName(name)).hasBlob(digest)) {
                return true;
            }
        }
        return false;
    }

    private void takeWhole(RegistryExchange exchange, Digest digest) throws IOException {
        Upload upload = store.beginUpload(exchange.repository(), digest.algorithm());
        try {
            upload.append(exchange.http().input(), null);
        } catch (IOException e) {
            store.cancel(upload); // Its location was never told to anybody.
            throw e;
        }
        commit(exchange, upload, digest);
    }

    /** GET: how far an upload is. */
    void status(RegistryExchange exchange) throws IOException {
        answerWithState(exchange, upload(exchange), 204);
    }

    /** PATCH: a chunk, or a stream without {@code Content-Range}. */
    void append(RegistryExchange exchange) throws IOException {
        Upload upload = upload(exchange);
        appendBody(exchange, upload);
        answerWithState(exchange, upload, 202);
    }

    /** PUT: perhaps a last chunk, then the end. */
    void complete(RegistryExchange exchange) throws IOException {
        Upload upload = upload(exchange);
        Digest digest = Digests.parse(exchange.query().string("digest"));
        appendBody(exchange, upload);
        commit(exchange, upload, digest);
    }

    private void appendBody(RegistryExchange exchange, Upload upload) throws IOException {
        ByteRange range = ByteRange.ofChunk(exchange.http().header("Content-Range"));
        checkLength(exchange.http().contentLength(), range);
        try {
            upload.append(exchange.http().input(), range);
        } catch (StorageFullException e) {
            store.cancel(upload); // Gives back what it took; nobody could go on.
            throw e;
        } catch (RegistryException e) {
            if (e.status() == 416) {
                setState(exchange, upload); // Says where to go on.
            }
            throw e;
        }
    }

    private static void checkLength(long length, @Nullable ByteRange range) {
        if (range != null && length >= 0 && length != range.length()) {
            throw new RegistryException(
                    ErrorCode.SIZE_INVALID,
                    "Content-Length is " + length + ", the range has " + range.length() + " bytes");
        }
    }

    /** DELETE: gives an upload up. */
    void cancel(RegistryExchange exchange) throws IOException {
        store.cancel(upload(exchange));
        exchange.http().empty(204);
    }

    private Upload upload(RegistryExchange exchange) throws IOException {
        return store.upload(exchange.repository(), exchange.path("upload"));
    }

    private void commit(RegistryExchange exchange, Upload upload, Digest digest)
            throws IOException {
        long size = upload.size();
        store.commit(upload, digest);
        created(exchange, digest);
        observer.pushed(exchange, digest, size, CONTENT_TYPE, "");
    }

    private static void created(RegistryExchange exchange, Digest digest) throws IOException {
        var http = exchange.http();
        http.setHeader("Location", "/v2/" + exchange.repository() + "/blobs/" + digest);
        http.setHeader("Docker-Content-Digest", digest.toString());
        http.empty(201);
    }

    private static void answerWithState(RegistryExchange exchange, Upload upload, int status)
            throws IOException {
        setState(exchange, upload);
        exchange.http().empty(status);
    }

    /** Docker's clients expect {@code 0-0} of an upload without bytes too. */
    private static void setState(RegistryExchange exchange, Upload upload) {
        var http = exchange.http();
        http.setHeader("Location", "/v2/" + upload.repository() + "/blobs/uploads/" + upload.id());
        http.setHeader("Docker-Upload-UUID", upload.id().toString());
        http.setHeader("Range", "0-" + Math.max(0, upload.size() - 1));
    }
}
