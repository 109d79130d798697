package jong.registry.server;

import java.io.IOException;
import java.nio.channels.FileChannel;
import jong.oci.Digest;
import jong.registry.server.protocol.ByteRange;
import jong.registry.server.protocol.RegistryException;
import jong.registry.server.storage.RegistryStore;
import jong.registry.server.storage.RepositoryStore;
import org.jspecify.annotations.Nullable;

/** Reads and deletes blobs (distribution spec, end-2 and end-10). */
final class BlobHandlers {

    private static final String CONTENT_TYPE = "application/octet-stream";

    private final RegistryStore store;
    private final Observer observer;
    private final Upstream upstream;

    BlobHandlers(RegistryStore store, Observer observer, Upstream upstream) {
        this.store = store;
        this.observer = observer;
        this.upstream = upstream;
    }

    /** GET and HEAD. */
    void get(RegistryExchange exchange) throws IOException {
        Digest digest = exchange.digest();
        RepositoryStore repository = store.repository(exchange.repository());
        if (upstream.blob(exchange, repository, digest)) {
            observer.pulled(exchange, digest, store.size(digest).orElse(0), CONTENT_TYPE, "");
        } else {
            repository.requireBlob(digest);
            send(exchange, digest);
        }
    }

    /** Answers with content that is here, or the part of it that was asked for. */
    private void send(RegistryExchange exchange, Digest digest) throws IOException {
        try (FileChannel file = store.open(digest)) {
            long size = file.size();
            var http = exchange.http();
            http.setHeader("Docker-Content-Digest", digest.toString());
            http.setHeader("ETag", "\"" + digest + "\"");
            http.setHeader("Accept-Ranges", "bytes");
            // Content by digest never changes.
            http.setHeader("Cache-Control", "max-age=31536000");
            if (http.header("If-None-Match").contains(digest.toString())) {
                http.empty(304);
                return;
            }
            ByteRange range = range(exchange, size);
            if (range == null) {
                http.file(200, CONTENT_TYPE, file, 0, size);
            } else {
                http.setHeader(
                        "Content-Range",
                        "bytes " + range.first() + "-" + range.last() + "/" + size);
                http.file(206, CONTENT_TYPE, file, range.first(), range.length());
            }
            observer.pulled(exchange, digest, size, CONTENT_TYPE, "");
        }
    }

    private static @Nullable ByteRange range(RegistryExchange exchange, long size) {
        try {
            return ByteRange.requested(exchange.http().header("Range"), size);
        } catch (RegistryException e) {
            exchange.http().setHeader("Content-Range", "bytes */" + size);
            throw e;
        }
    }

    /** DELETE. */
    void delete(RegistryExchange exchange) throws IOException {
        Digest digest = exchange.digest();
        store.existing(exchange.repository()).deleteBlob(digest);
        exchange.http().empty(202);
        observer.deleted(exchange, digest.toString(), "");
    }
}
