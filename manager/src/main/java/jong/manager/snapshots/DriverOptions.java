package jong.manager.snapshots;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import jong.wire.status.StatusException;

/** Options of a storage driver ({@code --storage-opt KEY=VALUE}). Used by one thread. */
final class DriverOptions {

    private final String driver;
    private final Map<String, String> values = new TreeMap<>();
    private final Set<String> known = new HashSet<>();

    /**
     * Options as they are written; the last of a key counts.
     *
     * @param driver docker's name of it
     * @throws StatusException.InvalidArgument with dockerd's words if one is not of that form
     */
    DriverOptions(String driver, List<String> options) {
        this.driver = driver;
        for (String option : options) {
            int equals = option.indexOf('=');
            if (equals < 0) {
                throw new StatusException.InvalidArgument(
                        "unable to parse key/value option: " + option);
            }
            String key = option.substring(0, equals).strip().toLowerCase(Locale.ROOT);
            values.put(key, option.substring(equals + 1).strip());
        }
    }

    /** The value of an option that the driver has. */
    Optional<String> get(String key) {
        known.add(key);
        return Optional.ofNullable(values.get(key));
    }

    /**
     * Refuses what nobody has asked for.
     *
     * @throws StatusException.InvalidArgument with dockerd's words
     */
    void requireAllKnown() {
        for (String key : values.keySet()) {
            if (!known.contains(key)) {
                throw new StatusException.InvalidArgument(driver + ": unknown option " + key);
            }
        }
    }
}
