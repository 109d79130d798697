package jong.engine.containers;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import jong.api.Filters;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException.InvalidArgument;
import jong.wire.status.StatusException.NotFound;
import org.jspecify.annotations.Nullable;

/** The filters of {@code docker ps}: values of one key are alternatives, keys must all hold. */
final class ListFilter {

    private static final Set<String> KEYS =
            Set.of(
                    "ancestor",
                    "before",
                    "exited",
                    "expose",
                    "health",
                    "id",
                    "is-task",
                    "isolation",
                    "label",
                    "name",
                    "network",
                    "publish",
                    "since",
                    "status",
                    "volume");
    private static final Set<String> STATUSES =
            Set.of("created", "running", "paused", "restarting", "removing", "exited", "dead");
    private static final Set<String> HEALTHS = Set.of("none", "starting", "healthy", "unhealthy");

    private final List<Predicate<Container>> tests = new ArrayList<>();
    private final boolean showsStopped;

    /**
     * Reads the filters.
     *
     * @param ancestors turns an image's name into the ids that the filter means
     * @throws InvalidArgument with docker's text if a key or value is not known
     */
    ListFilter(Filters filters, ContainerStore store, Ancestors ancestors) {
        filters.requireOnly(KEYS);
        known(filters, "status", STATUSES);
        known(filters, "health", HEALTHS);
        showsStopped = filters.has("status") || filters.has("exited");
        any(filters, "id", (container, value) -> container.id().contains(value));
        any(filters, "name", nameTest());
        any(
                filters,
                "status",
                (container, value) -> container.state().status().word().equals(value));
        any(filters, "health", (container, value) -> healthOf(container).equals(value));
        any(filters, "exited", ListFilter::exited);
        any(filters, "is-task", (_, value) -> !truth(value));
        any(filters, "isolation", (_, value) -> value.isEmpty() || value.equals("default"));
        any(filters, "volume", ListFilter::hasVolume);
        any(filters, "network", ListFilter::hasNetwork);
        any(filters, "publish", (container, value) -> hasPort(published(container), value));
        any(
                filters,
                "expose",
                (container, value) -> hasPort(container.config().exposedPorts(), value));
        for (String label : filters.get("label")) {
            tests.add(container -> Labels.match(container.config().labels(), label));
        }
        List<String> images =
                filters.get("ancestor").stream()
                        .flatMap(name -> ancestors.of(name).stream())
                        .toList();
        if (filters.has("ancestor")) {
            tests.add(container -> images.contains(container.imageId()));
        }
        for (String before : filters.get("before")) {
            Container other = existing(store, before);
            tests.add(container -> container.created().isBefore(other.created()));
        }
        for (String since : filters.get("since")) {
            Container other = existing(store, since);
            tests.add(container -> container.created().isAfter(other.created()));
        }
    }

    /** Turns an image's name into ids. */
    interface Ancestors {
        List<String> of(String nameOrId);
    }

    /** Whether containers that do not run are shown without {@code all}. */
    boolean showsStopped() {
        return showsStopped;
    }

    boolean test(Container container) {
        return tests.stream().allMatch(test -> test.test(container));
    }

    private interface ValueTest {
        boolean test(Container container, String value);
    }

    private void any(Filters filters, String key, ValueTest test) {
        if (filters.has(key)) {
            List<String> values = filters.get(key);
            tests.add(container -> values.stream().anyMatch(value -> test.test(container, value)));
        }
    }

    private static void known(Filters filters, String key, Set<String> values) {
        for (String value : filters.get(key)) {
            if (!values.contains(value)) {
                throw new InvalidArgument("invalid filter '" + key + "=" + value + "'");
            }
        }
    }

    /** A regular expression, found anywhere in the name with or without its slash. */
    private static ValueTest nameTest() {
        return (container, value) -> {
            try {
                Pattern pattern = Pattern.compile(value);
                return pattern.matcher(container.name()).find()
                        || pattern.matcher("/" + container.name()).find();
            } catch (PatternSyntaxException _) {
                return container.name().equals(value);
            }
        };
    }

    private static Container existing(ContainerStore store, String idOrName) {
        try {
            return store.get(idOrName);
        } catch (NotFound e) {
            throw new NotFound("No such container: " + idOrName, e);
        }
    }

    private static boolean exited(Container container, String value) {
        ContainerState state = container.state();
        return !state.running()
                && state.startedAt() != null
                && Integer.toString(state.exitCode()).equals(value);
    }

    private static boolean truth(String value) {
        return Set.of("1", "true").contains(value.toLowerCase(Locale.ROOT));
    }

    static String healthOf(Container container) {
        return container.health().string("Status", "none");
    }

    private static boolean hasVolume(Container container, String value) {
        return container.mounts().stream()
                .anyMatch(mount ->
                        mount.name().equals(value)
                                || mount.destination().equals(value)
                                || mount.source().equals(value));
    }

    private static boolean hasNetwork(Container container, String value) {
        JsonObject networks = container.networkSettings().object("Networks");
        for (Map.Entry<String, @Nullable Object> entry : networks.entrySet()) {
            boolean byName = entry.getKey().equals(value);
            String id = networks.object(entry.getKey()).string("NetworkID");
            if (byName || (!value.isEmpty() && id.startsWith(value))) {
                return true;
            }
        }
        return false;
    }

    private static Set<String> published(Container container) {
        return container.host().json().object("PortBindings").keySet();
    }

    /** {@code 80}, {@code 80/tcp} or {@code 80-90/tcp}. */
    private static boolean hasPort(Set<String> ports, String value) {
        String[] parts = value.split("/", 2);
        String protocol = parts.length == 1 ? "tcp" : parts[1];
        String[] ends = parts[0].split("-", 2);
        try {
            int from = Integer.parseInt(ends[0]);
            int to = ends.length == 1 ? from : Integer.parseInt(ends[1]);
            for (int port = from; port <= to; port++) {
                if (ports.contains(port + "/" + protocol)) {
                    return true;
                }
            }
            return false;
        } catch (NumberFormatException e) {
            throw new InvalidArgument("invalid port '" + value + "'", e);
        }
    }
}
