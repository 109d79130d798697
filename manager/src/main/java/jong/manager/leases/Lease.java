package jong.manager.leases;

import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import jong.oci.Digest;
import org.jspecify.annotations.Nullable;

/**
 * The right to find again what one took: while a lease is held, nothing that was added to it is
 * collected. Add first, then look whether it is there.
 *
 * <p>What is {@linkplain #add added} is kept as long as this process lives. What is {@linkplain
 * #record recorded} is kept beyond its death, and beyond a {@link #leave}, for {@link
 * Leases#TIME_TO_RESUME}. Several threads may use one lease.
 */
public final class Lease implements AutoCloseable {

    private final Leases leases;
    private final String id;
    private final Map<String, String> labels;
    private final Instant created;
    private final AtomicLong temporaries = new AtomicLong();

    /** All of these are guarded by the lock of {@link Leases}. */
    private final Set<Resource> resources;

    private final Set<Resource> recorded;
    private @Nullable Instant expires;
    private boolean held;

    /** A lease that is held, or one that is left if it expires. */
    Lease(
            Leases leases,
            String id,
            Map<String, String> labels,
            Instant created,
            @Nullable Instant expires,
            Collection<Resource> recorded) {
        this.leases = leases;
        this.id = id;
        this.labels = Map.copyOf(labels);
        this.created = created;
        this.expires = expires;
        this.held = expires == null;
        this.recorded = new LinkedHashSet<>(recorded);
        this.resources = new HashSet<>(recorded);
    }

    /** Its name, unique. */
    public String id() {
        return id;
    }

    /** What it is for. */
    public Map<String, String> labels() {
        return labels;
    }

    /** Keeps resources as long as the lease is held. Waits for a removal of them under way. */
    public void add(Collection<Resource> wanted) {
        leases.add(this, wanted, false);
    }

    /** Keeps content as long as the lease is held. */
    public void content(Digest digest) {
        add(List.of(Resource.content(digest)));
    }

    /** Keeps an ingest as long as the lease is held. */
    public void ingest(String ref) {
        add(List.of(Resource.ingest(ref)));
    }

    /** Keeps a snapshot as long as the lease is held. */
    public void snapshot(String key) {
        add(List.of(Resource.snapshot(key)));
    }

    /**
     * A key for a snapshot that goes with this lease, unless it is committed under another name:
     * nobody else has that key.
     */
    public String temporarySnapshot() {
        String key = Leases.TEMPORARY + id + "-" + temporaries.incrementAndGet();
        snapshot(key);
        return key;
    }

    /** Keeps resources durably, so that work that is cut short can go on with them. */
    public void record(Collection<Resource> wanted) {
        leases.add(this, wanted, true);
    }

    /** Whether it keeps anything from work that was cut short. */
    public boolean resumed() {
        return leases.resumed(this);
    }

    /**
     * Stops holding, but keeps what was recorded for {@link Leases#TIME_TO_RESUME}, or until a
     * lease with the same labels takes it over.
     */
    public void leave() {
        leases.leave(this);
    }

    /** Ends the lease: what nothing else keeps goes with the next collection. Idempotent. */
    @Override
    public void close() {
        leases.end(this);
    }

    Instant created() {
        return created;
    }

    Set<Resource> resources() {
        return resources;
    }

    Set<Resource> recorded() {
        return recorded;
    }

    @Nullable Instant expires() {
        return expires;
    }

    boolean held() {
        return held;
    }

    boolean expiredAt(Instant now) {
        return expires != null && !now.isBefore(expires);
    }

    void hold() {
        held = true;
        expires = null;
    }

    void leaveUntil(Instant end) {
        held = false;
        expires = end;
        resources.retainAll(recorded);
    }
}
