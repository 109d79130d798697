package jong.engine.spec;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Environments as lists of {@code KEY=value}, merged as docker does. */
public final class Environment {

    /** What a process gets when neither image nor user sets PATH. */
    public static final String DEFAULT_PATH =
            "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private Environment() {}

    /**
     * {@code base}, with entries of {@code over} replacing those of the same key in place, new ones
     * at the end; an entry without {@code =} removes its key.
     */
    public static List<String> merge(List<String> base, List<String> over) {
        Map<String, String> byKey = new LinkedHashMap<>();
        base.forEach(entry -> byKey.put(key(entry), entry));
        for (String entry : over) {
            if (entry.indexOf('=') < 0) {
                byKey.remove(entry);
            } else {
                byKey.put(key(entry), entry);
            }
        }
        return new ArrayList<>(byKey.values());
    }

    /** {@code own}, then those of {@code image} whose keys {@code own} does not have. */
    public static List<String> withImage(List<String> own, List<String> image) {
        List<String> result = new ArrayList<>(own);
        for (String entry : image) {
            if (own.stream().noneMatch(mine -> key(mine).equals(key(entry)))) {
                result.add(entry);
            }
        }
        return result;
    }

    /** Docker's own variables, overridden by the container's. */
    static List<String> ofProcess(String hostname, boolean terminal, List<String> own) {
        List<String> base = new ArrayList<>(List.of(DEFAULT_PATH));
        if (!hostname.isEmpty()) {
            base.add("HOSTNAME=" + hostname);
        }
        if (terminal) {
            base.add("TERM=xterm");
        }
        return merge(base, own);
    }

    private static String key(String entry) {
        int equals = entry.indexOf('=');
        return equals < 0 ? entry : entry.substring(0, equals);
    }
}
