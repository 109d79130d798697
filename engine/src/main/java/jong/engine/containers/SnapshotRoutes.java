package jong.engine.containers;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import jong.engine.rest.Exchange;
import jong.engine.rest.Query;
import jong.engine.rest.Router;
import jong.manager.diff.Differ;
import jong.oci.reference.Reference;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException.InvalidArgument;
import org.jspecify.annotations.Nullable;

/** What a container did to its files: {@code diff}, {@code export}, {@code commit}. */
final class SnapshotRoutes {

    private static final int BUFFER_BYTES = 128 * 1024;

    private final ContainerStore store;
    private final ContainerFiles files;
    private final Differ differ;
    private final Committer committer;
    private final EventSink events;

    SnapshotRoutes(
            ContainerStore store,
            ContainerFiles files,
            Differ differ,
            Committer committer,
            EventSink events) {
        this.store = store;
        this.files = files;
        this.differ = differ;
        this.committer = committer;
        this.events = events;
    }

    void register(Router router) {
        router.route("GET", "/containers/{id}/changes", this::changes)
                .route("GET", "/containers/{id}/export", this::export)
                .route("POST", "/commit", this::commit);
    }

    private void changes(Exchange exchange) throws IOException {
        Container container = store.get(exchange.path("id"));
        var answer = new ChangesAnswer(exchange);
        differ.changes(container.id(), answer::add);
        answer.end();
    }

    private void export(Exchange exchange) throws IOException {
        Container container = store.get(exchange.path("id"));
        files.readRoot(
                container,
                root -> {
                    // Left open: the server ends the answer of a handler that succeeds, and cuts
                    // that of one that fails.
                    OutputStream answer = exchange.stream(200, "application/octet-stream");
                    root.writeAll(new BufferedOutputStream(answer, BUFFER_BYTES));
                    return container;
                });
        events.publish("container", "export", container.id(), container.attributes());
    }

    private void commit(Exchange exchange) throws IOException {
        Query query = exchange.query();
        JsonObject config = exchange.optionalBody();
        Reference target = target(query);
        var request =
                new Committer.Request(
                        target,
                        query.string("author"),
                        query.string("comment"),
                        query.strings("changes"),
                        query.flag("pause", true),
                        config);
        if (query.string("container").isEmpty()) {
            throw new InvalidArgument("invalid name or ID supplied: \"\"");
        }
        Container container = store.get(query.string("container"));
        String id = committer.commit(container, request);
        exchange.json(201, new JsonObject().with("Id", id));
    }

    private static @Nullable Reference target(Query query) {
        String repository = query.string("repo");
        if (repository.isEmpty()) {
            return null;
        }
        var reference = Reference.parse(repository);
        if (reference.digest() != null) {
            throw new InvalidArgument("cannot import digest reference");
        }
        String tag = query.string("tag");
        return tag.isEmpty() ? reference.withDefaultTag() : reference.withTag(tag);
    }
}
