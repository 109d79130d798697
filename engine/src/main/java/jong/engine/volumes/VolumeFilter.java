package jong.engine.volumes;

import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;
import jong.api.Filters;
import jong.engine.rest.LabelFilter;
import jong.wire.status.StatusException.InvalidArgument;

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
        List<String> dangling = filters.get("dangling");
        if (dangling.size() > 1 || dangling.stream().anyMatch(value -> !isBoolean(value))) {
            throw new InvalidArgument("invalid filter 'dangling=[" + words(dangling) + "]'");
        }
        return new VolumeFilter(filters, false);
    }

    /**
     * For a prune.
     *
     * @param everything whether named volumes go too, as before version 1.42 of the API
     */
    static VolumeFilter forPrune(Filters filters, boolean everything) {
        filters.requireOnly(PRUNE_KEYS);
        List<String> values = filters.get("all");
        if (values.size() > 1) {
            throw new InvalidArgument(
                    "invalid filter 'all=[" + words(values) + "]': only one value is expected");
        }
        if (!values.stream().allMatch(VolumeFilter::isBoolean)) {
            throw new InvalidArgument(
                    "invalid filter 'all': strconv.ParseBool: parsing \""
                            + values.getFirst()
                            + "\": invalid syntax");
        }
        boolean all = values.stream().anyMatch(LabelFilter::isTrue);
        return new VolumeFilter(filters, !everything && !all);
    }

    private static boolean isBoolean(String value) {
        return LabelFilter.isTrue(value) || LabelFilter.isFalse(value);
    }

    private static String words(List<String> values) {
        return values.stream().sorted().collect(Collectors.joining(" "));
    }

    boolean matches(StoredVolume volume, boolean used) {
        List<String> names = filters.get("name");
        List<String> drivers = filters.get("driver");
        List<String> dangling = filters.get("dangling");
        return (!anonymousOnly || volume.anonymous())
                && (names.isEmpty()
                        || names.stream().anyMatch(each -> matches(each, volume.name())))
                && (drivers.isEmpty() || drivers.contains(volume.driver()))
                && (dangling.isEmpty() || LabelFilter.isTrue(dangling.getFirst()) != used)
                && LabelFilter.matches(filters, volume.labels());
    }

    /** A regular expression that may be found anywhere; one that is none matches itself alone. */
    private static boolean matches(String expression, String name) {
        try {
            return expression.equals(name) || Pattern.compile(expression).matcher(name).find();
        } catch (PatternSyntaxException _) {
            return false;
        }
    }
}
