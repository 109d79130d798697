package jong.engine.events;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * What happens in the engine, told to everybody who listens.
 *
 * <p>The last 256 events are kept for those who ask for the past. Telling never blocks: a listener
 * that does not keep up is dropped. All state is under this object's monitor.
 *
 * <pre>{@code
 * try (Subscription subscription = events.subscribe(Instant.MAX, _ -> true)) {
 *     for (Event event; (event = subscription.next()) != null; ) { … }
 * }
 * }</pre>
 */
public final class Events {

    private static final int KEPT = 256;

    private final Clock clock;
    private final Deque<Event> recent = new ArrayDeque<>();
    private final List<Subscription> subscriptions = new ArrayList<>();

    /** Makes a hub whose events carry the time of {@code clock}. */
    public Events(Clock clock) {
        this.clock = clock;
    }

    /**
     * Tells everybody who listens.
     *
     * @param type {@code container}, {@code image}, {@code volume}, {@code network}, {@code daemon}
     * @param action docker's word, such as {@code start}
     * @param id of what it happened to
     * @param attributes in docker's words
     */
    public synchronized void publish(
            String type, String action, String id, Map<String, String> attributes) {
        var event = new Event(type, action, id, attributes, clock.instant());
        recent.addLast(event);
        if (recent.size() > KEPT) {
            recent.removeFirst();
        }
        subscriptions.removeIf(subscription -> !subscription.offer(event));
    }

    /**
     * Listens from now on, after the kept events that are not before {@code since}.
     *
     * @param since {@link Instant#MAX} for nothing of the past
     */
    public synchronized Subscription subscribe(Instant since, Predicate<Event> filter) {
        var subscription = new Subscription(filter, this::unsubscribe);
        for (Event event : recent) {
            if (!event.time().isBefore(since)) {
                subscription.offer(event);
            }
        }
        subscriptions.add(subscription);
        return subscription;
    }

    private synchronized void unsubscribe(Subscription subscription) {
        subscriptions.remove(subscription);
    }

    /** How many listen now. */
    public synchronized int listeners() {
        return subscriptions.size();
    }
}
