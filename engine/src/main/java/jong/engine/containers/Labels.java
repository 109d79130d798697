package jong.engine.containers;

import java.util.Map;

/** Filters on labels: {@code key} or {@code key=value}. */
final class Labels {

    private Labels() {}

    static boolean match(Map<String, String> labels, String filter) {
        int equals = filter.indexOf('=');
        if (equals < 0) {
            return labels.containsKey(filter);
        }
        return filter.substring(equals + 1).equals(labels.get(filter.substring(0, equals)));
    }
}
