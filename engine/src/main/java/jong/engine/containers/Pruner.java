package jong.engine.containers;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import jong.api.Filters;
import jong.engine.rest.TimeFilter;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException.Conflict;

/** Removes all containers that do not run. */
final class Pruner {

    private static final Set<String> KEYS = Set.of("label", "label!", "until");

    private final ContainerStore store;
    private final Lister lister;
    private final Remover remover;
    private final EventSink events;
    private final ReentrantLock running = new ReentrantLock();

    Pruner(ContainerStore store, Lister lister, Remover remover, EventSink events) {
        this.store = store;
        this.lister = lister;
        this.remover = remover;
        this.events = events;
    }

    /**
     * Removes them and tells what went.
     *
     * @throws Conflict if another prune is under way
     */
    JsonObject prune(Filters filters) {
        filters.requireOnly(KEYS);
        Instant until =
                filters.has("until")
                        ? TimeFilter.parse(filters.get("until").getFirst(), Instant.now())
                        : Instant.MAX;
        if (!running.tryLock()) {
            throw new Conflict("a prune operation is already running");
        }
        try {
            List<String> removed = new ArrayList<>();
            long bytes = 0;
            for (Container container : store.all()) {
                if (container.running() || !matches(container, filters, until)) {
                    continue;
                }
                long size = lister.writtenBytes(container);
                remover.remove(container, false);
                removed.add(container.id());
                bytes += size;
            }
            events.publish("container", "prune", "", Map.of("reclaimed", Long.toString(bytes)));
            return new JsonObject()
                    .with("ContainersDeleted", removed.isEmpty() ? null : removed)
                    .with("SpaceReclaimed", bytes);
        } finally {
            running.unlock();
        }
    }

    private static boolean matches(Container container, Filters filters, Instant until) {
        Map<String, String> labels = container.config().labels();
        return container.created().isBefore(until)
                && filters.get("label").stream().allMatch(label -> Labels.match(labels, label))
                && filters.get("label!").stream().noneMatch(label -> Labels.match(labels, label));
    }
}
