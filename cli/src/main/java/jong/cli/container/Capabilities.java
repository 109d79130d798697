package jong.cli.container;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Brings the names of capabilities to the kernel's spelling. */
final class Capabilities {

    private static final String ALL = "ALL";

    private Capabilities() {}

    /** Sorted {@code CAP_…} names without repetition, {@code ALL} first; null for none. */
    static @Nullable List<String> normalise(List<String> names) {
        var normal = new TreeSet<String>();
        for (String name : names) {
            String upper = name.strip().toUpperCase(Locale.ROOT);
            normal.add(upper.equals(ALL) || upper.startsWith("CAP_") ? upper : "CAP_" + upper);
        }
        if (normal.isEmpty()) {
            return null;
        }
        List<String> list = new ArrayList<>(normal);
        if (list.remove(ALL)) {
            list.addFirst(ALL);
        }
        return list;
    }
}
