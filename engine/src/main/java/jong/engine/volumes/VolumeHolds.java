package jong.engine.volumes;

import java.io.IOException;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import jong.wire.status.StatusException.Conflict;

/**
 * Who holds which volume mounted: the first hold mounts, the last one's end unmounts. Known in
 * memory only, since containers say so again after a restart; a mount that is there already then is
 * kept.
 *
 * <p>One lock for each volume, as the mount of one may wait for its server.
 */
final class VolumeHolds {

    private static final class Holders {
        private final ReentrantLock lock = new ReentrantLock();
        private final Set<String> names = new HashSet<>();
    }

    private final Map<String, Holders> volumes = new ConcurrentHashMap<>();

    /** Holds a volume; more than once is the same hold. When this throws, there is none. */
    void add(String volume, String holder, LocalMount mount) throws IOException {
        Holders holders = holders(volume);
        holders.lock.lock();
        try {
            boolean first = holders.names.isEmpty() && mount.options().needsMount();
            if (first && !mount.isMounted()) {
                mount.mount();
            }
            holders.names.add(holder);
        } finally {
            holders.lock.unlock();
        }
    }

    /** Ends a hold, also when the volume cannot be unmounted; whether there was one. */
    boolean remove(String volume, String holder, LocalMount mount) throws IOException {
        Holders holders = holders(volume);
        holders.lock.lock();
        try {
            boolean held = holders.names.remove(holder);
            if (held && holders.names.isEmpty() && mount.options().needsMount()) {
                mount.unmount();
            }
            return held;
        } finally {
            holders.lock.unlock();
        }
    }

    /** Unmounts a volume that nobody holds. */
    void sweep(String volume, LocalMount mount) throws IOException {
        Holders holders = holders(volume);
        holders.lock.lock();
        try {
            if (holders.names.isEmpty() && mount.options().needsMount()) {
                mount.unmount();
            }
        } finally {
            holders.lock.unlock();
        }
    }

    /** Whether nobody else holds a volume now. */
    boolean isAlone(String volume, String holder) {
        Holders holders = holders(volume);
        holders.lock.lock();
        try {
            return Set.of(holder).containsAll(holders.names);
        } finally {
            holders.lock.unlock();
        }
    }

    /** What is done while nobody begins or ends a hold. */
    interface Action {
        void run() throws IOException;
    }

    /**
     * Does something to a volume that nobody else holds.
     *
     * @throws Conflict if somebody does
     */
    void alone(String volume, String holder, Action action) throws IOException {
        Holders holders = lockNow(volume);
        try {
            Set<String> others = new TreeSet<>();
            for (String name : holders.names) {
                if (!name.equals(holder)) {
                    others.add(name.replaceFirst("/.*", "")); // Without the destination.
                }
            }
            if (!others.isEmpty()) {
                throw new Conflict(
                        "import %s: volume is in use - [%s]"
                                .formatted(volume, String.join(", ", others)));
            }
            action.run();
        } finally {
            holders.lock.unlock();
        }
    }

    /** Its lock, unless somebody has it: the caller holds others, and must not wait. */
    private Holders lockNow(String volume) {
        Holders holders = holders(volume);
        if (!holders.lock.tryLock()) {
            throw new Conflict("volume " + volume + " is being mounted or unmounted");
        }
        return holders;
    }

    /** Forgets a volume that is to be removed; nothing is mounted there when this returns. */
    void end(String volume, LocalMount mount) throws IOException {
        Holders holders = holders(volume);
        holders.lock.lock();
        try {
            mount.unmount();
            volumes.remove(volume);
        } finally {
            holders.lock.unlock();
        }
    }

    private Holders holders(String volume) {
        return volumes.computeIfAbsent(volume, _ -> new Holders());
    }
}
