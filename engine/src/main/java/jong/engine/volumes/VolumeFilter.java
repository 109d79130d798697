package jong.engine.volumes;

import java.util.List;
import java.util.Set;
import jong.api.Filters;
import jong.engine.rest.LabelFilter;

/** Docker's filters for lists and prunes of volumes. */
final class VolumeFilter {

    /** Lets all through. */
    static final VolumeFilter ALL = new VolumeFilter(Filters.NONE, false);

    private static final Set<String> LIST_KEYS = Set.of("dangling", "driver", "label", "name");
    private static final Set<String> PRUNE_KEYS = Set.of("all", "label", "label!");

    private final Filters filters;
    private final boolean anonymousOnly;

    private VolumeFilter(Filters filters, boolean anonymousOnly) {
        this.filters = filters;
        this.anonymousOnly = anonymousOnly;
    }

    static VolumeFilter forList(Filters filters) {
        filters.requireOnly(LIST_KEYS);
        return new VolumeFilter(filters, false);
    }

    /**
     * For a prune.
     *
     * @param everything whether named volumes go too, as before version 1.42 of the API
     */
    static VolumeFilter forPrune(Filters filters, boolean everything) {
        filters.requireOnly(PRUNE_KEYS);
        boolean all = filters.get("all").stream().anyMatch(LabelFilter::isTrue);
        return new VolumeFilter(filters, !everything && !all);
    }

    boolean matches(StoredVolume volume, boolean used) {
        List<String> names = filters.get("name");
        List<String> drivers = filters.get("driver");
        List<String> dangling = filters.get("dangling");
        return (!anonymousOnly || volume.anonymous())
                && (names.isEmpty() || names.stream().anyMatch(volume.name()::contains))
                && (drivers.isEmpty() || drivers.contains("local"))
                && (dangling.isEmpty() || LabelFilter.isTrue(dangling.getFirst()) != used)
                && LabelFilter.matches(filters, volume.labels());
    }
}
