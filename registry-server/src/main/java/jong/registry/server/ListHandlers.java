package jong.registry.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import jong.oci.Digest;
import jong.oci.MediaTypes;
import jong.registry.server.protocol.ErrorCode;
import jong.registry.server.protocol.ManifestDocument;
import jong.registry.server.protocol.RegistryException;
import jong.registry.server.protocol.RepositoryName;
import jong.registry.server.storage.RegistryStore;
import jong.registry.server.storage.RepositoryStore;
import jong.registry.server.storage.StoredManifest;
import jong.wire.json.Json;
import jong.wire.json.JsonObject;

/**
 * Lists of tags, referrers and repositories (distribution spec, end-8, end-12; docker's catalog).
 */
final class ListHandlers {

    /** However many a client asks for, a page has no more tags. */
    private static final int MAX_TAGS = 10_000;

    private static final int USUAL_REPOSITORIES = 100;

    /** However many a client asks for, a page has no more repositories (CVE-2023-2253). */
    private static final int MAX_REPOSITORIES = 1000;

    /** A page of referrers is not much longer, in bytes: clients refuse long manifests. */
    private static final int MAX_REFERRERS_BYTES = 3 << 20;

    private final RegistryStore store;

    /** Hostile annotations take much memory: one request at a time makes a list of them. */
    private final ReentrantLock oneListOfReferrers = new ReentrantLock();

    ListHandlers(RegistryStore store) {
        this.store = store;
    }

    /** GET of the tags of a repository. */
    void tags(RegistryExchange exchange) throws IOException {
        RepositoryStore repository = store.existing(exchange.repository());
        int limit = limit(exchange, MAX_TAGS, MAX_TAGS);
        String last = exchange.query().string("last");
        Collection<String> tags = repository.tags().tailSet(last, false);
        List<String> page = tags.stream().limit(limit).toList();
        if (!page.isEmpty() && tags.size() > page.size()) {
            linkToNext(exchange, "n=" + limit + "&", page.getLast());
        }
        exchange.json(
                200,
                "application/json",
                new JsonObject().with("name", exchange.repository().value()).with("tags", page));
    }

    /** GET of the repositories. */
    void catalog(RegistryExchange exchange) throws IOException {
        int limit = limit(exchange, USUAL_REPOSITORIES, MAX_REPOSITORIES);
        String last = exchange.query().string("last");
        List<String> names =
                store.catalog(last, limit + 1).stream().map(RepositoryName::value).toList();
        List<String> page = names.subList(0, Math.min(limit, names.size()));
        if (!page.isEmpty() && names.size() > page.size()) {
            linkToNext(exchange, "n=" + limit + "&", page.getLast());
        }
        exchange.json(200, "application/json", new JsonObject().with("repositories", page));
    }

    /** How many the client wants, within bounds. */
    private static int limit(RegistryExchange exchange, int usual, int most) {
        String text = exchange.query().string("n");
        if (text.isEmpty()) {
            return usual;
        }
        try {
            long wanted = Long.parseLong(text);
            if (wanted >= 0) {
                return (int) Math.min(wanted, most);
            }
        } catch (NumberFormatException _) {
            // Refused below.
        }
        throw new RegistryException(
                ErrorCode.SIZE_INVALID, "n is \"" + text + "\", not a number from 0 on");
    }

    private static void linkToNext(RegistryExchange exchange, String query, String last) {
        exchange.http()
                .setHeader(
                        "Link",
                        "<%s?%slast=%s>; rel=\"next\""
                                .formatted(
                                        exchange.http().target().path(),
                                        query,
                                        URLEncoder.encode(last, UTF_8)));
    }

    /** GET of the manifests about a digest; a digest that nobody knows has none. */
    void referrers(RegistryExchange exchange) throws IOException {
        Digest subject = exchange.digest();
        String artifactType = exchange.query().string("artifactType");
        byte[] index;
        oneListOfReferrers.lock();
        try {
            index = Json.writeBytes(referrersOf(exchange, subject, artifactType));
        } finally {
            oneListOfReferrers.unlock();
        }
        if (!artifactType.isEmpty()) {
            exchange.http().setHeader("OCI-Filters-Applied", "artifactType");
        }
        exchange.http().whole(200, MediaTypes.OCI_INDEX, index);
    }

    private JsonObject referrersOf(RegistryExchange exchange, Digest subject, String artifactType)
            throws IOException {
        RepositoryStore repository = store.repository(exchange.repository());
        String last = exchange.query().string("last");
        List<JsonObject> descriptors = new ArrayList<>();
        long bytes = 0;
        for (Digest digest : repository.referrers(subject)) {
            if (digest.toString().compareTo(last) <= 0) {
                continue;
            }
            if (bytes > MAX_REFERRERS_BYTES) {
                String filter =
                        artifactType.isEmpty()
                                ? ""
                                : "artifactType=" + URLEncoder.encode(artifactType, UTF_8) + "&";
                linkToNext(exchange, filter, descriptors.getLast().string("digest"));
                break;
            }
            JsonObject descriptor = descriptor(repository.manifest(digest));
            if (artifactType.isEmpty() || descriptor.string("artifactType").equals(artifactType)) {
                descriptors.add(descriptor);
                bytes += Json.writeBytes(descriptor).length;
            }
        }
        return new JsonObject()
                .with("schemaVersion", 2L)
                .with("mediaType", MediaTypes.OCI_INDEX)
                .with("manifests", descriptors);
    }

    private static JsonObject descriptor(StoredManifest manifest) {
        var document = ManifestDocument.parse(manifest.bytes(), manifest.mediaType());
        return new JsonObject()
                .with("mediaType", manifest.mediaType())
                .with("digest", manifest.digest().toString())
                .with("size", (long) manifest.bytes().length)
                .withUnlessEmpty("artifactType", document.artifactType())
                .withUnlessEmpty("annotations", document.annotations());
    }
}
