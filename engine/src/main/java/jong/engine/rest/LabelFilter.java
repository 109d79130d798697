package jong.engine.rest;

import java.util.Map;
import java.util.Set;
import jong.api.Filters;

/** The filters {@code label} and {@code label!}, which every list and prune shares. */
public final class LabelFilter {

    private static final Set<String> TRUE = Set.of("1", "t", "T", "true", "True", "TRUE");

    private static final Set<String> FALSE = Set.of("0", "f", "F", "false", "False", "FALSE");

    private LabelFilter() {}

    /** Whether labels satisfy the positive filters all, and none of the negative ones. */
    public static boolean matches(Filters filters, Map<String, String> labels) {
        return filters.get("label").stream().allMatch(filter -> has(labels, filter))
                && filters.get("label!").stream().noneMatch(filter -> has(labels, filter));
    }

    /** Whether a filter's value is one of Go's words for true. */
    public static boolean isTrue(String value) {
        return TRUE.contains(value);
    }

    /** Whether a filter's value is one of Go's words for false. */
    public static boolean isFalse(String value) {
        return FALSE.contains(value);
    }

    private static boolean has(Map<String, String> labels, String filter) {
        int equals = filter.indexOf('=');
        return equals < 0
                ? labels.containsKey(filter)
                : filter.substring(equals + 1).equals(labels.get(filter.substring(0, equals)));
    }
}
