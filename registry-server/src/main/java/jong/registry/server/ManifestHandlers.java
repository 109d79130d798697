package jong.registry.server;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import jong.oci.Digest;
import jong.registry.server.protocol.Digests;
import jong.registry.server.protocol.ErrorCode;
import jong.registry.server.protocol.ManifestDocument;
import jong.registry.server.protocol.RegistryException;
import jong.registry.server.protocol.Tag;
import jong.registry.server.storage.RegistryStore;
import jong.registry.server.storage.RepositoryStore;
import jong.registry.server.storage.StoredManifest;

/** Manifests and tags (distribution spec, end-3, end-7 and end-9). */
final class ManifestHandlers {

    /** How many tags one push may set. */
    private static final int MAX_TAGS = 100;

    /** How many bytes of manifests may be on their way in at once. */
    private static final int MAX_BYTES_UNDER_WAY = 64 << 20;

    private final Semaphore bytesUnderWay = new Semaphore(MAX_BYTES_UNDER_WAY);
    private final RegistryStore store;
    private final Observer observer;
    private final int maxBytes;
    private final Upstream upstream;

    /**
     * Makes the handlers.
     *
     * @param maxBytes the largest manifest that is taken
     */
    ManifestHandlers(RegistryStore store, Observer observer, int maxBytes, Upstream upstream) {
        this.store = store;
        this.observer = observer;
        this.maxBytes = maxBytes;
        this.upstream = upstream;
    }

    /** GET and HEAD. */
    void get(RegistryExchange exchange) throws IOException {
        String reference = exchange.path("reference");
        if (!isDigest(reference) && !Tag.isValid(reference)) {
            // The conformance tests of 1.1 ask for such a one, and want no 400.
            throw new RegistryException(
                    ErrorCode.MANIFEST_UNKNOWN, "\"" + reference + "\" is no tag");
        }
        RepositoryStore repository = store.repository(exchange.repository());
        upstream.refresh(repository, reference);
        Digest digest = digestOf(repository, reference);
        send(exchange, repository.manifest(digest), isDigest(reference) ? "" : reference);
    }

    private void send(RegistryExchange exchange, StoredManifest manifest, String tag)
            throws IOException {
        var http = exchange.http();
        http.setHeader("Docker-Content-Digest", manifest.digest().toString());
        http.setHeader("ETag", "\"" + manifest.digest() + "\"");
        if (http.header("If-None-Match").contains(manifest.digest().toString())) {
            http.empty(304);
            return;
        }
        http.whole(200, manifest.mediaType(), manifest.bytes());
        observer.pulled(
                exchange, manifest.digest(), manifest.bytes().length, manifest.mediaType(), tag);
    }

    static boolean isDigest(String reference) {
        return reference.indexOf(':') >= 0;
    }

    private static Digest digestOf(RepositoryStore repository, String reference)
            throws IOException {
        if (isDigest(reference)) {
            return Digests.parse(reference);
        }
        String tag = Tag.checked(reference);
        return repository
                .resolve(tag)
                .orElseThrow(() -> new RegistryException(ErrorCode.MANIFEST_UNKNOWN, "tag " + tag));
    }

    /** PUT: stores the bytes as they are. */
    void put(RegistryExchange exchange) throws IOException {
        String reference = exchange.path("reference");
        List<String> tags = tags(exchange, reference);
        long announced = exchange.http().contentLength();
        int weight = (int) (announced < 0 ? maxBytes : Math.min(announced, maxBytes));
        if (!bytesUnderWay.tryAcquire(weight)) {
            throw new RegistryException(
                    ErrorCode.TOOMANYREQUESTS, "too many large manifests are being pushed");
        }
        try {
            put(exchange, reference, tags);
        } finally {
            bytesUnderWay.release(weight);
        }
    }

    private void put(RegistryExchange exchange, String reference, List<String> tags)
            throws IOException {
        byte[] bytes = body(exchange);
        Digest digest = isDigest(reference) ? Digests.parse(reference) : Digest.sha256(bytes);
        if (!digest.matches(digest.newMessageDigest().digest(bytes))) {
            throw new RegistryException(
                    ErrorCode.DIGEST_INVALID, "the manifest does not have digest " + digest);
        }
        var document = ManifestDocument.parse(bytes, exchange.http().header("Content-Type"));
        RepositoryStore repository = store.repository(exchange.repository());
        repository.requireContent(document);
        repository.put(new StoredManifest(digest, document.mediaType(), bytes), document, tags);
        created(exchange, digest, document);
        observer.pushed(
                exchange,
                digest,
                bytes.length,
                document.mediaType(),
                tags.isEmpty() ? "" : tags.getFirst());
    }

    private static List<String> tags(RegistryExchange exchange, String reference) {
        List<String> tags = new ArrayList<>();
        if (!isDigest(reference)) {
            tags.add(Tag.checked(reference));
        }
        List<String> more = exchange.query().strings("tag");
        if (more.size() > MAX_TAGS) {
            throw new RegistryException(
                    ErrorCode.MANIFEST_INVALID,
                    414,
                    more.size() + " tags at once, at most " + MAX_TAGS + " are taken");
        }
        for (String tag : more) {
            tags.add(Tag.checked(tag));
            exchange.http().addHeader("OCI-Tag", tag);
        }
        return tags;
    }

    private byte[] body(RegistryExchange exchange) throws IOException {
        byte[] bytes =
                exchange.http().contentLength() > maxBytes
                        ? new byte[0]
                        : exchange.http().input().readNBytes(maxBytes + 1);
        if (bytes.length > maxBytes || exchange.http().contentLength() > maxBytes) {
            throw new RegistryException(
                    ErrorCode.MANIFEST_INVALID,
                    413,
                    "the manifest is larger than " + maxBytes + " bytes");
        }
        return bytes;
    }

    private static void created(RegistryExchange exchange, Digest digest, ManifestDocument document)
            throws IOException {
        var http = exchange.http();
        http.setHeader("Location", "/v2/" + exchange.repository() + "/manifests/" + digest);
        http.setHeader("Docker-Content-Digest", digest.toString());
        Digest subject = document.subject();
        if (subject != null) {
            http.setHeader("OCI-Subject", subject.toString());
        }
        http.empty(201);
    }

    /** DELETE: of a tag alone, or of a manifest with its tags. */
    void delete(RegistryExchange exchange) throws IOException {
        String reference = exchange.path("reference");
        RepositoryStore repository = store.existing(exchange.repository());
        if (isDigest(reference)) {
            repository.deleteManifest(Digests.parse(reference));
        } else {
            repository.deleteTag(reference);
        }
        exchange.http().empty(202);
        boolean digest = isDigest(reference);
        observer.deleted(exchange, digest ? reference : "", digest ? "" : reference);
    }
}
