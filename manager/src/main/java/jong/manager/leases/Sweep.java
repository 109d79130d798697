package jong.manager.leases;

import java.io.IOException;
import java.util.Set;

/**
 * The removing half of a collection, beside works under way: nothing that a lease has, or has had
 * since this began, is removed; and who takes a lease on what is being removed waits until it is
 * gone, and then finds that it is.
 */
public final class Sweep implements AutoCloseable {

    private final Leases leases;

    Sweep(Leases leases) {
        this.leases = leases;
    }

    /** Removes a resource. */
    public interface Removal {
        /** Removes it; what it throws goes on to the caller of {@link #remove}. */
        void run() throws IOException;
    }

    /** What leases have, or have had since this began. */
    public Set<Resource> kept() {
        return leases.kept();
    }

    /**
     * Removes a resource that nothing refers to.
     *
     * @return false if a lease keeps it
     */
    public boolean remove(Resource resource, Removal removal) throws IOException {
        if (!leases.condemn(resource)) {
            return false;
        }
        try {
            removal.run();
            return true;
        } finally {
            leases.removed(resource);
        }
    }

    @Override
    public void close() {
        leases.endSweep();
    }
}
