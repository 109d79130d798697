package jong.engine.events;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One listener's queue of events. One thread takes from it; any thread may close it, which ends the
 * taking.
 */
public final class Subscription implements AutoCloseable {

    /** A listener that lets more than this wait is not listening. */
    private static final int MAX_WAITING = 4096;

    private final Predicate<Event> filter;
    private final Consumer<Subscription> onClose;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<Event> waiting = new ArrayDeque<>();
    private boolean ended;

    Subscription(Predicate<Event> filter, Consumer<Subscription> onClose) {
        this.filter = filter;
        this.onClose = onClose;
    }

    /** Queues an event that passes the filter; false if this subscription has ended. */
    boolean offer(Event event) {
        if (!filter.test(event)) {
            return true;
        }
        lock.lock();
        try {
            ended |= waiting.size() >= MAX_WAITING;
            if (!ended) {
                waiting.add(event);
            }
            changed.signal();
            return !ended;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits for the next event.
     *
     * @param atMost how long
     * @return the event; null when the time is over, or after {@link #close}
     */
    public @Nullable Event next(Duration atMost) throws InterruptedException {
        long nanos = atMost.toNanos();
        lock.lock();
        try {
            while (waiting.isEmpty() && !ended && nanos > 0) {
                nanos = changed.awaitNanos(nanos);
            }
            return waiting.poll();
        } finally {
            lock.unlock();
        }
    }

    /** Whether no event will come any more. */
    public boolean ended() {
        lock.lock();
        try {
            return ended && waiting.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        onClose.accept(this);
        lock.lock();
        try {
            ended = true;
            changed.signal();
        } finally {
            lock.unlock();
        }
    }
}
