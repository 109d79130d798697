package jong.registry.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URLEncoder;
import java.util.Collection;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import jong.oci.Digest;
import jong.oci.MediaTypes;
import jong.registry.server.protocol.ErrorCode;
import jong.registry.server.protocol.RegistryException;
import jong.registry.server.protocol.RepositoryName;
import jong.registry.server.storage.RegistryStore;
import jong.registry.server.storage.RepositoryStore;
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

    private final RegistryStore store;
    private final Upstream upstream;

    /** Hostile annotations take much memory: one request at a time makes a list of them. */
    private final ReentrantLock oneListOfReferrers = new ReentrantLock();

    ListHandlers(RegistryStore store, Upstream upstream) {
        this.store = store;
        this.upstream = upstream;
    }

    /** GET of the tags of a repository. */
    void tags(RegistryExchange exchange) throws IOException {
        int limit = limit(exchange, MAX_TAGS, MAX_TAGS);
        String last = exchange.query().string("last");
        Collection<String> tags = allTags(exchange).tailSet(last, false);
        List<String> page = tags.stream().limit(limit).toList();
        if (!page.isEmpty() && tags.size() > page.size()) {
            linkToNext(exchange, "n=" + limit + "&", page.getLast());
        }
        exchange.json(
                200,
                "application/json",
                new JsonObject().with("name", exchange.repository().value()).with("tags", page));
    }

    private NavigableSet<String> allTags(RegistryExchange exchange) throws IOException {
        Optional<List<String>> there = upstream.tags(store.repository(exchange.repository()));
        return there.isPresent()
                ? new TreeSet<>(there.get())
                : store.existing(exchange.repository()).tags();
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
        RepositoryStore repository = store.repository(exchange.repository());
        Optional<List<byte[]>> there = upstream.referrers(repository, subject);
        byte[] index;
        oneListOfReferrers.lock();
        try {
            var page = new ReferrersPage(exchange.query().string("last"), artifactType);
            if (there.isPresent()) {
                page.addRemote(there.get());
            } else {
                page.addStored(repository, subject);
            }
            if (!page.next().isEmpty()) {
                String filter =
                        artifactType.isEmpty()
                                ? ""
                                : "artifactType=" + URLEncoder.encode(artifactType, UTF_8) + "&";
                linkToNext(exchange, filter, page.next());
            }
            index = Json.writeBytes(page.index());
        } finally {
            oneListOfReferrers.unlock();
        }
        if (!artifactType.isEmpty()) {
            exchange.http().setHeader("OCI-Filters-Applied", "artifactType");
        }
        exchange.http().whole(200, MediaTypes.OCI_INDEX, index);
    }
}
