package jong.engine.containers;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import jong.engine.logs.LogRequest;
import jong.engine.logs.LogService;
import jong.engine.rest.Exchange;
import jong.engine.rest.Query;
import jong.http.Hijacked;
import jong.manager.tasks.AttachStreams;
import jong.manager.tasks.Attachment;
import jong.wire.status.StatusException;
import jong.wire.status.StatusException.Conflict;
import org.jspecify.annotations.Nullable;

/** {@code docker attach}: a client at a container's stdio, before or after its start. */
final class Attacher {

    private static final String RAW = "application/vnd.docker.raw-stream";
    private static final String MULTIPLEXED = "application/vnd.docker.multiplexed-stream";

    private final ContainerStore store;
    private final EventSink events;
    private final Layout layout;

    Attacher(ContainerStore store, EventSink events, Layout layout) {
        this.store = store;
        this.events = events;
        this.layout = layout;
    }

    /** Serves one client until it or the process ends. */
    void attach(Exchange exchange) throws IOException {
        Container container;
        DetachKeys keys;
        try {
            container = store.get(exchange.path("id"));
            check(container);
            keys = new DetachKeys(exchange.query().string("detachKeys"));
        } catch (StatusException e) {
            exchange.refuseHijack(e);
            return;
        }
        join(exchange, container, container.config().tty() ? keys : null);
    }

    private void join(Exchange exchange, Container container, @Nullable DetachKeys keys)
            throws IOException {
        Query query = exchange.query();
        boolean terminal = container.config().tty();
        AttachStreams streams = streams(query, container);
        AttachPoint point = container.attachments();
        // Before the answer: a client that has it starts the container, which may end at once.
        CompletableFuture<Optional<Attachment>> connection =
                query.flag("stream")
                        ? point.connect(streams)
                        : CompletableFuture.completedFuture(Optional.empty());
        try (Hijacked client = exchange.hijack(contentType(exchange, terminal))) {
            exchange.onDisconnect(() -> point.forget(connection));
            if (query.flag("logs")) {
                replay(container, query, client);
            }
            events.publish("container", "attach", container.id(), container.attributes());
            Optional<Attachment> process = connection.join();
            if (process.isPresent()) {
                var attached = new AttachedClient(client, process.get(), terminal, streams.stdin());
                exchange.onDisconnect(attached::clientIsGone);
                if (attached.run(keys, () -> {})) {
                    events.publish("container", "detach", container.id(), container.attributes());
                }
            }
        } finally {
            point.forget(connection);
            connection.join().ifPresent(Attachment::close);
        }
    }

    private static void check(Container container) {
        if (container.state().paused()) {
            throw new Conflict(
                    "container "
                            + container.id()
                            + " is paused, unpause the container before"
                            + " attach");
        }
        if (container.state().restarting()) {
            throw new Conflict(
                    "container "
                            + container.id()
                            + " is restarting, wait until the container is"
                            + " running");
        }
    }

    /** Multiplexed output is called so since 1.42, and only on an upgraded connection. */
    static String contentType(Exchange exchange, boolean terminal) {
        boolean raw = terminal || !exchange.version().atLeast(42) || !exchange.upgradeRequested();
        return raw ? RAW : MULTIPLEXED;
    }

    private void replay(Container container, Query query, Hijacked client) throws IOException {
        var request =
                new LogRequest(
                        query.flag("stdout"),
                        query.flag("stderr"),
                        LogRequest.ALL,
                        Long.MIN_VALUE,
                        Long.MAX_VALUE,
                        false,
                        false,
                        !container.config().tty());
        LogService.read(layout.log(container.id()), request, client.output());
    }

    private static AttachStreams streams(Query query, Container container) {
        boolean stdin = query.flag("stdin") && container.config().openStdin();
        boolean once = container.config().stdinOnce() && !container.config().tty();
        return new AttachStreams(stdin, query.flag("stdout"), query.flag("stderr"), once);
    }
}
