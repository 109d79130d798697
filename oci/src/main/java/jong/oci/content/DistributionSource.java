package jong.oci.content;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A repository that is known to have some content, because it was pulled from there or pushed to
 * it: the place to mount it from, or to fetch it again.
 *
 * <p>Noted as containerd does, in the label {@code containerd.io/distribution.source.HOST} with the
 * repositories divided by commas.
 *
 * @param host the registry, with its port if it has one ({@code docker.io})
 * @param repository the path there ({@code library/busybox})
 */
public record DistributionSource(String host, String repository) {

    private static final String KEY = "containerd.io/distribution.source.";

    /** How many repositories of one host are remembered, the latest ones. */
    private static final int MAX_REPOSITORIES = 10;

    /** The labels with this source, as the latest of its host. */
    public Map<String, String> addTo(Map<String, String> labels) {
        Map<String, String> result = new LinkedHashMap<>(labels);
        Set<String> repositories = new LinkedHashSet<>(split(labels.getOrDefault(KEY + host, "")));
        repositories.remove(repository);
        repositories.add(repository);
        while (tooMany(repositories)) {
            repositories.remove(repositories.iterator().next());
        }
        result.put(KEY + host, String.join(",", repositories));
        return result;
    }

    /** What labels tell; of each host the latest repository first. */
    public static List<DistributionSource> of(Map<String, String> labels) {
        List<DistributionSource> sources = new ArrayList<>();
        labels.forEach((key, value) -> {
            if (key.startsWith(KEY)) {
                String host = key.substring(KEY.length());
                split(value)
                        .reversed()
                        .forEach(name -> sources.add(new DistributionSource(host, name)));
            }
        });
        return sources;
    }

    private boolean tooMany(Set<String> repositories) {
        int length = KEY.length() + host.length() + String.join(",", repositories).length();
        return repositories.size() > MAX_REPOSITORIES
                || (repositories.size() > 1 && length > LabelStore.MAX_BYTES);
    }

    private static List<String> split(String value) {
        return value.isEmpty() ? List.of() : List.of(value.split(","));
    }
}
