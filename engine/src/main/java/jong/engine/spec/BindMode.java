package jong.engine.spec;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import jong.api.IdMap;
import jong.wire.status.StatusException.InvalidArgument;

/**
 * The words at the end of an entry of {@code Binds}, separated by commas, at most one of each kind.
 *
 * @param readOnly whether nothing can be written
 * @param noCopy whether the volume stays empty
 * @param propagation {@code rslave} and the like; empty if none is given
 * @param idMap Jong's own: whose the files are
 */
record BindMode(boolean readOnly, boolean noCopy, String propagation, IdMap idMap) {

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

    /**
     * Reads the words; nothing if they are wrong.
     *
     * @throws InvalidArgument if the one that maps ids is
     */
    static Optional<BindMode> find(String text) {
        List<Set<String>> left = new ArrayList<>(KINDS);
        boolean readOnly = false;
        boolean noCopy = false;
        String propagation = "";
        IdMap idMap = IdMap.NONE;
        for (String word : text.isEmpty() ? new String[0] : text.split(",", -1)) {
            if (idMap.isNone() && isIdMap(word)) {
                int equals = word.indexOf('=');
                String ranges = equals < 0 ? "" : word.substring(equals + 1);
                idMap = IdMap.parse(ranges, word.startsWith("r"));
                continue;
            }
            if (!left.removeIf(kind -> kind.contains(word))) {
                return Optional.empty();
            }
            readOnly |= word.equals("ro");
            noCopy |= word.equals("nocopy");
            propagation = PROPAGATIONS.contains(word) ? word : propagation;
        }
        return Optional.of(new BindMode(readOnly, noCopy, propagation, idMap));
    }

    private static boolean isIdMap(String word) {
        String key = word.split("=", 2)[0];
        return key.equals("idmap") || key.equals("ridmap");
    }
}
