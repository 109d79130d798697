package jong.engine.containers;

import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jong.api.Filters;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException.Conflict;
import jong.wire.status.StatusException.InvalidArgument;

/** Removes all containers that do not run. */
final class Pruner {

    private static final Set<String> KEYS = Set.of("label", "label!", "until");
    private static final Pattern SPAN = Pattern.compile("([0-9]+(?:\\.[0-9]+)?)(h|ms|m|s)");
    private static final Map<String, Long> MILLIS =
            Map.of("h", 3_600_000L, "m", 60_000L, "s", 1_000L, "ms", 1L);

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
        Instant until = until(filters.get("until"));
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

    /** A span back from now, a Unix time or RFC 3339. */
    private static Instant until(List<String> values) {
        if (values.isEmpty()) {
            return Instant.MAX;
        }
        String value = values.getFirst();
        try {
            if (value.matches("[0-9]+(\\.[0-9]+)?")) {
                return Instant.ofEpochMilli((long) (Double.parseDouble(value) * 1000));
            }
            Matcher span = SPAN.matcher(value);
            long millis = 0;
            int end = 0;
            while (span.find() && span.start() == end) {
                millis +=
                        (long)
                                (Double.parseDouble(span.group(1))
                                        * MILLIS.getOrDefault(span.group(2), 0L));
                end = span.end();
            }
            return end == value.length()
                    ? Instant.now().minus(Duration.ofMillis(millis))
                    : OffsetDateTime.parse(value).toInstant();
        } catch (DateTimeParseException e) {
            throw new InvalidArgument("invalid filter 'until=" + value + "'", e);
        }
    }
}
