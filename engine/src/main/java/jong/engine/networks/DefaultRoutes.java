package jong.engine.networks;

import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import jong.network.Endpoint;
import jong.network.Family;

/**
 * Which of a container's endpoints gives it its default routes: of those that lead outside, the one
 * of the highest priority, then of the network whose name comes first. As docker does it.
 */
final class DefaultRoutes {

    private final Comparator<StoredEndpoint> order;

    /** Made of what finds the name of an endpoint's network. */
    DefaultRoutes(Function<StoredEndpoint, String> networkName) {
        order =
                Comparator.comparingLong(StoredEndpoint::priority)
                        .reversed()
                        .thenComparing(networkName);
    }

    /** The families for which an endpoint leads, among all of its container. */
    Set<Family> of(StoredEndpoint endpoint, List<StoredEndpoint> all) {
        Set<Family> families = EnumSet.noneOf(Family.class);
        for (Family family : Family.values()) {
            if (leader(family, all).filter(endpoint::equals).isPresent()) {
                families.add(family);
            }
        }
        return families;
    }

    private Optional<StoredEndpoint> leader(Family family, List<StoredEndpoint> all) {
        return all.stream().filter(one -> leadsOutside(one, family)).min(order);
    }

    private static boolean leadsOutside(StoredEndpoint stored, Family family) {
        return stored.endpoint().address(family).flatMap(Endpoint.Address::gateway).isPresent();
    }
}
