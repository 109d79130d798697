package jong.manager.leases;

import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A lease as it was when it was asked for.
 *
 * @param id its name
 * @param labels what it is for
 * @param created when it began first
 * @param expires when it ends if nobody takes it over; null while it is held
 * @param resources what it keeps
 */
public record LeaseInfo(
        String id,
        Map<String, String> labels,
        Instant created,
        @Nullable Instant expires,
        Set<Resource> resources) {

    /** Copies the map and the set. */
    public LeaseInfo {
        labels = Map.copyOf(labels);
        resources = Set.copyOf(resources);
    }
}
