package jong.manager.leases;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import jong.manager.metadata.Bucket;
import jong.manager.metadata.MetadataStore;
import org.jspecify.annotations.Nullable;

/**
 * The leases of this host (containerd's lease service): what keeps content, ingests and snapshots
 * that no image or container refers to, because somebody is still at work with them.
 *
 * <p>Every work of several steps holds one from its first byte to the record that is acknowledged:
 *
 * <pre>{@code
 * try (Lease lease = leases.begin(Map.of("jong/work", "load"))) {
 *     ContentStore content = new LeasedContent(store, lease);
 *     Digest id = content.put(bytes);   // kept by the lease
 *     images.add(id, …);                // kept by the image
 * }
 * }</pre>
 *
 * <p>A lease of a process that died is <em>left</em>: what was added to it is not kept any more,
 * what was recorded in it is for {@link #TIME_TO_RESUME} after it began, so that the same work,
 * which is known by the lease's labels, goes on where it stopped. A collection runs beside works
 * under way ({@link Sweep}). All methods may be called by several threads at once.
 */
public final class Leases {

    /** How long work that was cut short keeps what it had. */
    public static final Duration TIME_TO_RESUME = Duration.ofHours(24);

    /** The beginning of the keys of snapshots that only their lease keeps. */
    static final String TEMPORARY = "lease-";

    private final Bucket stored;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();

    /** Guards the fields below and those of the leases; no I/O but the metadata's under it. */
    private final ReentrantLock lock = new ReentrantLock();

    private final Condition removed = lock.newCondition();
    private final Map<String, Lease> leases = new TreeMap<>();

    /** What a sweep is removing at the moment: who wants it waits. */
    private final Set<Resource> condemned = new HashSet<>();

    /** What any lease has had since the sweep under way began; null if there is none. */
    private @Nullable Set<Resource> kept;

    /** Reads the leases that an earlier process left. */
    public Leases(MetadataStore metadata, Clock clock) {
        this.stored = metadata.bucket("leases");
        this.clock = clock;
        stored.entries().forEach((id, json) -> leases.put(id, LeaseJson.read(this, id, json)));
    }

    /**
     * Begins a lease. If one with the same labels was left, it is taken over with what it keeps.
     *
     * @param labels what the work is, and on what
     */
    public Lease begin(Map<String, String> labels) {
        lock.lock();
        try {
            for (Lease left : leases.values()) {
                if (!left.held() && left.labels().equals(labels)) {
                    left.hold();
                    return left;
                }
            }
            String id = HexFormat.of().toHexDigits(random.nextLong());
            var lease = new Lease(this, id, labels, clock.instant(), null, List.of());
            leases.put(id, lease);
            return lease;
        } finally {
            lock.unlock();
        }
    }

    /** All leases, ordered by id. */
    public List<LeaseInfo> list() {
        lock.lock();
        try {
            List<LeaseInfo> all = new ArrayList<>();
            for (Lease lease : leases.values()) {
                all.add(
                        new LeaseInfo(
                                lease.id(),
                                lease.labels(),
                                lease.created(),
                                lease.expires(),
                                lease.resources()));
            }
            return all;
        } finally {
            lock.unlock();
        }
    }

    /** Ends the leases that are left and have expired; how many. */
    public int expire() {
        Instant now = clock.instant();
        return endLeft(lease -> lease.expiredAt(now));
    }

    /** Ends all leases that are left, so that a collection gives their space back; how many. */
    public int releaseLeft() {
        return endLeft(_ -> true);
    }

    /** Whether a snapshot's key is one that {@link Lease#temporarySnapshot} gave. */
    public static boolean isTemporary(String key) {
        return key.startsWith(TEMPORARY);
    }

    /**
     * Begins a sweep. From now on, what any lease has or gets is kept until the sweep is closed,
     * also when the lease ends before: what it made may be referred to since the marks were set.
     * One at a time.
     */
    public Sweep sweep() {
        lock.lock();
        try {
            if (kept != null) {
                throw new IllegalStateException("two sweeps at a time");
            }
            Set<Resource> all = new HashSet<>();
            leases.values().forEach(lease -> all.addAll(lease.resources()));
            kept = all;
            return new Sweep(this);
        } finally {
            lock.unlock();
        }
    }

    void add(Lease lease, Collection<Resource> wanted, boolean durably) {
        lock.lock();
        try {
            while (wanted.stream().anyMatch(condemned::contains)) {
                removed.awaitUninterruptibly();
            }
            lease.resources().addAll(wanted);
            if (kept != null) {
                kept.addAll(wanted);
            }
            if (durably && lease.recorded().addAll(wanted)) {
                stored.put(lease.id(), LeaseJson.of(lease));
            }
        } finally {
            lock.unlock();
        }
    }

    boolean resumed(Lease lease) {
        lock.lock();
        try {
            return !lease.recorded().isEmpty();
        } finally {
            lock.unlock();
        }
    }

    void leave(Lease lease) {
        lock.lock();
        try {
            if (lease.recorded().isEmpty()) {
                forget(lease);
            } else {
                lease.leaveUntil(clock.instant().plus(TIME_TO_RESUME));
                stored.put(lease.id(), LeaseJson.of(lease));
            }
        } finally {
            lock.unlock();
        }
    }

    /** Ends what an earlier attempt at the same work has left, too: this one is done. */
    void end(Lease lease) {
        lock.lock();
        try {
            if (lease.held() && leases.containsKey(lease.id())) {
                forget(lease);
                endLeft(left -> left.labels().equals(lease.labels()));
            }
        } finally {
            lock.unlock();
        }
    }

    Set<Resource> kept() {
        lock.lock();
        try {
            return kept == null ? Set.of() : Set.copyOf(kept);
        } finally {
            lock.unlock();
        }
    }

    /** False if a lease has it, or has had it since the sweep began. */
    boolean condemn(Resource resource) {
        lock.lock();
        try {
            return (kept == null || !kept.contains(resource)) && condemned.add(resource);
        } finally {
            lock.unlock();
        }
    }

    void removed(Resource resource) {
        lock.lock();
        try {
            condemned.remove(resource);
            removed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void endSweep() {
        lock.lock();
        try {
            kept = null;
        } finally {
            lock.unlock();
        }
    }

    private int endLeft(Predicate<Lease> which) {
        lock.lock();
        try {
            List<Lease> ending =
                    leases.values().stream()
                            .filter(lease -> !lease.held() && which.test(lease))
                            .toList();
            ending.forEach(this::forget);
            return ending.size();
        } finally {
            lock.unlock();
        }
    }

    private void forget(Lease lease) {
        if (!lease.recorded().isEmpty()) {
            stored.remove(lease.id());
        }
        leases.remove(lease.id(), lease);
    }
}
