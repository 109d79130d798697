package jong.engine.spec;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The words at the end of an entry of {@code Binds}, separated by commas, at most one of each kind.
 *
 * @param readOnly whether nothing can be written
 * @param noCopy whether the volume stays empty
 * @param propagation {@code rslave} and the like; empty if none is given
 */
record BindMode(boolean readOnly, boolean noCopy, String propagation) {

    static final Set<String> PROPAGATIONS =
            Set.of("private", "rprivate", "slave", "rslave", "shared", "rshared");

    /** Accepted, and without meaning here: SELinux labels, and what other systems have. */
    private static final List<Set<String>> KINDS =
            List.of(
                    Set.of("ro", "rw"),
                    Set.of("nocopy"),
                    PROPAGATIONS,
                    Set.of("z", "Z"),
                    Set.of("consistent", "cached", "delegated"));

    /** Reads the words; nothing if they are wrong. */
    static Optional<BindMode> find(String text) {
        List<Set<String>> left = new ArrayList<>(KINDS);
        boolean readOnly = false;
        boolean noCopy = false;
        String propagation = "";
        for (String word : text.isEmpty() ? new String[0] : text.split(",", -1)) {
            if (!left.removeIf(kind -> kind.contains(word))) {
                return Optional.empty();
            }
            readOnly |= word.equals("ro");
            noCopy |= word.equals("nocopy");
            propagation = PROPAGATIONS.contains(word) ? word : propagation;
        }
        return Optional.of(new BindMode(readOnly, noCopy, propagation));
    }
}
