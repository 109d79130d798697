package jong.manager.metadata;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import jong.oci.Digest;
import jong.oci.content.LabelStore;
import jong.wire.json.JsonObject;

/** Labels of content in the metadata, where they change together with what refers to it. */
public final class MetadataLabels implements LabelStore {

    private final MetadataStore metadata;
    private final Bucket labels;

    /** Labels in the bucket {@code content-labels}. */
    public MetadataLabels(MetadataStore metadata) {
        this.metadata = metadata;
        this.labels = metadata.bucket("content-labels");
    }

    @Override
    public Map<String, String> get(Digest digest) {
        Map<String, String> found = new LinkedHashMap<>();
        labels.get(digest.toString())
                .ifPresent(json -> json.keySet().forEach(key -> found.put(key, json.string(key))));
        return found;
    }

    @Override
    public void update(Digest digest, UnaryOperator<Map<String, String>> change) {
        metadata.transaction(() -> {
            Map<String, String> before = get(digest);
            Map<String, String> after = change.apply(new LinkedHashMap<>(before));
            if (after.isEmpty()) {
                labels.remove(digest.toString());
            } else if (!after.equals(before)) {
                var json = new JsonObject();
                after.forEach(json::with);
                labels.put(digest.toString(), json);
            }
        });
    }

    @Override
    public Set<Digest> labelled() {
        Set<Digest> all = new TreeSet<>();
        labels.entries().keySet().forEach(digest -> all.add(Digest.parse(digest)));
        return all;
    }
}
