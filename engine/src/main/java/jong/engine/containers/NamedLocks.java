package jong.engine.containers;

import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A lock for each name, as long as somebody has it or waits for it.
 *
 * <pre>{@code
 * try (var _ = locks.hold(name)) { … }
 * }</pre>
 */
public final class NamedLocks {

    /** With the number of those who have it or wait for it, which changes under the map's lock. */
    private static final class Entry {
        private final ReentrantLock lock = new ReentrantLock();
        private int users;
    }

    private final Map<String, Entry> entries = new ConcurrentHashMap<>();

    /** Has a lock until this is closed, by the same thread. */
    public interface Held extends AutoCloseable {
        @Override
        void close();
    }

    /** Waits for the lock of a name; who has it may hold it again. */
    public Held hold(String name) {
        Entry entry = Objects.requireNonNull(entries.compute(name, (_, old) -> entered(old)));
        entry.lock.lock();
        return () -> {
            entry.lock.unlock();
            entries.computeIfPresent(name, (_, left) -> --left.users == 0 ? null : left);
        };
    }

    private static Entry entered(@Nullable Entry old) {
        Entry entry = old == null ? new Entry() : old;
        entry.users++;
        return entry;
    }
}
