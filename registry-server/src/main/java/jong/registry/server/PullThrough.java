package jong.registry.server;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import jong.oci.Descriptor;
import jong.oci.Digest;
import jong.oci.reference.Reference;
import jong.registry.RegistryAuth;
import jong.registry.RegistryClient;
import jong.registry.RemoteBlob;
import jong.registry.RemoteManifest;
import jong.registry.Repository;
import jong.registry.server.protocol.Digests;
import jong.registry.server.protocol.ErrorCode;
import jong.registry.server.protocol.ManifestDocument;
import jong.registry.server.protocol.RegistryException;
import jong.registry.server.protocol.RepositoryName;
import jong.registry.server.storage.RegistryStore;
import jong.registry.server.storage.RepositoryStore;
import jong.registry.server.storage.StoredManifest;
import jong.registry.server.storage.Upload;
import jong.wire.status.StatusException;

/**
 * A cache of another registry: tags are asked for there each time, content is fetched once.
 *
 * <p>Who asks for a blob first gets it while it is being received; others wait for its end and are
 * served from here. A client that goes away does not end the fetching.
 */
final class PullThrough {

    private static final System.Logger LOG = System.getLogger(PullThrough.class.getName());

    private final RegistryStore store;
    private final RegistryClient client;
    private final There there;
    private final Metrics metrics;

    /** Blobs that are being received. */
    private final Map<Digest, CompletableFuture<Void>> fetching = new ConcurrentHashMap<>();

    /**
     * The other registry.
     *
     * @param url where it is
     * @param prefix what its repositories' names begin with here, before a slash; {@code ""} for
     *     nothing
     * @param auth what is shown there
     */
    record There(URI url, String prefix, RegistryAuth auth) {

        /** The hub is known by another name than its host's. */
        String domain() {
            boolean hub = url.getHost().endsWith("docker.io");
            return hub ? Reference.DEFAULT_DOMAIN : url.getRawAuthority();
        }

        /** A repository's name there. */
        String name(RepositoryName here) {
            return prefix.isEmpty() ? here.value() : here.value().substring(prefix.length() + 1);
        }
    }

    PullThrough(RegistryStore store, RegistryClient client, There there, Metrics metrics) {
        this.store = store;
        this.client = client;
        this.there = there;
        this.metrics = metrics;
    }

    private Repository remote(RepositoryName name) {
        return client.repository(
                new Reference(there.domain(), there.name(name), null, null), there.auth());
    }

    /** Something asked of the other registry. */
    private interface Question<T> {
        T ask() throws IOException, InterruptedException;
    }

    private static <T> T ask(Question<T> question) throws IOException {
        try {
            return question.ask();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while asking the remote registry");
        }
    }

    /** As {@link Upstream#refresh}. */
    void refresh(RepositoryStore repository, String reference) throws IOException {
        boolean byDigest = ManifestHandlers.isDigest(reference);
        if (byDigest && repository.hasManifest(Digests.parse(reference))) {
            metrics.proxied("hit");
            return;
        }
        try {
            if (byDigest) {
                fetch(repository, reference, List.of());
            } else {
                refreshTag(repository, reference);
            }
        } catch (StatusException.NotFound e) {
            throw new RegistryException(ErrorCode.MANIFEST_UNKNOWN, "not at the remote: " + e);
        } catch (IOException | StatusException e) {
            keepOrFail(repository, reference, e);
        }
    }

    /** Without an answer from there, a tag that is here is better than none. */
    private static void keepOrFail(RepositoryStore repository, String reference, Exception cause)
            throws IOException {
        LOG.log(Level.WARNING, () -> repository.name() + ":" + reference + ": " + cause);
        if (ManifestHandlers.isDigest(reference) || repository.resolve(reference).isEmpty()) {
            throw new RegistryException(
                    ErrorCode.MANIFEST_UNKNOWN,
                    502,
                    "the remote registry gives no answer: " + cause.getMessage());
        }
    }

    private void refreshTag(RepositoryStore repository, String tag) throws IOException {
        Optional<Descriptor> there = ask(() -> remote(repository.name()).resolve(tag));
        if (there.isPresent() && repository.resolve(tag).equals(there.map(Descriptor::digest))) {
            metrics.proxied("hit");
        } else {
            fetch(repository, tag, List.of(tag));
        }
    }

    private void fetch(RepositoryStore repository, String reference, List<String> tags)
            throws IOException {
        metrics.proxied("miss");
        RemoteManifest manifest = ask(() -> remote(repository.name()).manifest(reference));
        Descriptor descriptor = manifest.descriptor();
        var document = ManifestDocument.parse(manifest.bytes(), descriptor.mediaType());
        repository.put(
                new StoredManifest(descriptor.digest(), document.mediaType(), manifest.bytes()),
                document,
                tags);
    }

    /** As {@link Upstream#tags}. */
    Optional<List<String>> tags(RepositoryStore repository) {
        return answered(repository, () -> remote(repository.name()).tags());
    }

    /** As {@link Upstream#referrers}. */
    Optional<List<byte[]>> referrers(RepositoryStore repository, Digest subject) {
        return answered(repository, () -> remote(repository.name()).referrers(subject));
    }

    /** What is not there may have been, so that it is still here. */
    private static <T> Optional<T> answered(RepositoryStore repository, Question<T> question) {
        try {
            return Optional.of(ask(question));
        } catch (StatusException.NotFound _) {
            return Optional.empty();
        } catch (IOException | StatusException e) {
            LOG.log(Level.WARNING, () -> "lists of " + repository.name() + ": " + e);
            return Optional.empty();
        }
    }

    /** As {@link Upstream#blob}. */
    boolean blob(RegistryExchange exchange, RepositoryStore repository, Digest digest)
            throws IOException {
        if (repository.hasBlob(digest)) {
            metrics.proxied("hit");
            return false;
        }
        var mine = new CompletableFuture<Void>();
        CompletableFuture<Void> other = fetching.putIfAbsent(digest, mine);
        if (other != null) {
            await(other);
            // It may have been fetched for another repository.
            return !repository.hasBlob(digest) && blob(exchange, repository, digest);
        }
        try {
            metrics.proxied("miss");
            boolean answered = fetchBlob(exchange, repository, digest);
            mine.complete(null);
            return answered;
        } catch (StatusException.NotFound _) {
            throw failed(mine, new RegistryException(ErrorCode.BLOB_UNKNOWN, digest.toString()));
        } catch (IOException | RuntimeException e) {
            LOG.log(Level.WARNING, () -> "blob " + digest + ": " + e);
            throw failed(
                    mine,
                    new RegistryException(
                            ErrorCode.BLOB_UNKNOWN,
                            502,
                            "cannot be fetched from the remote registry: " + e.getMessage()));
        } finally {
            fetching.remove(digest);
        }
    }

    private static RegistryException failed(
            CompletableFuture<Void> future, RegistryException failure) {
        future.completeExceptionally(failure);
        return failure;
    }

    private static void await(CompletableFuture<Void> other) {
        try {
            other.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RegistryException failure) {
                throw failure;
            }
            throw e;
        }
    }

    /** Receives a blob; whether the request was answered with it. */
    private boolean fetchBlob(RegistryExchange exchange, RepositoryStore repository, Digest digest)
            throws IOException {
        try (RemoteBlob blob = ask(() -> remote(repository.name()).openBlob(digest))) {
            boolean whole =
                    exchange.http().method().equals("GET")
                            && exchange.http().header("Range").isEmpty()
                            && blob.size() >= 0;
            Upload upload = store.beginUpload(repository.name(), digest.algorithm());
            try {
                if (whole) {
                    exchange.http().setHeader("Docker-Content-Digest", digest.toString());
                    var client =
                            exchange.http().stream(200, "application/octet-stream", blob.size());
                    upload.append(new TeeInput(blob.body(), client), null);
                } else {
                    upload.append(blob.body(), null);
                }
            } catch (IOException e) {
                store.cancel(upload);
                throw e;
            }
            store.commit(upload, digest);
            return whole;
        }
    }
}
