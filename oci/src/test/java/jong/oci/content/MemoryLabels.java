package jong.oci.content;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import jong.oci.Digest;

/** Labels in memory. */
final class MemoryLabels implements LabelStore {

    private final Map<Digest, Map<String, String>> all = new HashMap<>();

    @Override
    public synchronized Map<String, String> get(Digest digest) {
        return all.getOrDefault(digest, Map.of());
    }

    @Override
    public synchronized void update(Digest digest, UnaryOperator<Map<String, String>> change) {
        Map<String, String> after = change.apply(new HashMap<>(get(digest)));
        if (after.isEmpty()) {
            all.remove(digest);
        } else {
            all.put(digest, Map.copyOf(after));
        }
    }

    @Override
    public synchronized Set<Digest> labelled() {
        return Set.copyOf(all.keySet());
    }
}
