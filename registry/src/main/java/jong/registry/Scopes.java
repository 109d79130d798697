package jong.registry;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Rights that a token is to give (distribution, docs/spec/auth/scope): resources such as {@code
 * repository:library/nginx}, each with actions such as {@code pull}.
 */
record Scopes(Map<String, SortedSet<String>> actions) {

    static final Scopes NONE = new Scopes(Map.of());

    /** A challenge that asks for more than this is not followed. */
    private static final int MAX_RESOURCES = 16;

    static Scopes repository(String path, String... actions) {
        return new Scopes(Map.of("repository:" + path, new TreeSet<>(List.of(actions))));
    }

    /** Reads scopes parted by spaces; what has no action is left out. */
    static Scopes parse(String text) {
        Map<String, SortedSet<String>> actions = new TreeMap<>();
        for (String scope : text.split(" ")) {
            // The resource's name may hold a port, so that the last colon decides.
            int colon = scope.lastIndexOf(':');
            if (colon > 0 && actions.size() < MAX_RESOURCES) {
                actions.computeIfAbsent(scope.substring(0, colon), _ -> new TreeSet<>())
                        .addAll(List.of(scope.substring(colon + 1).split(",")));
            }
        }
        return new Scopes(actions);
    }

    /** The rights of both. */
    Scopes and(Scopes more) {
        if (more.actions.isEmpty()) {
            return this;
        }
        Map<String, SortedSet<String>> all = new TreeMap<>();
        for (Scopes scopes : List.of(this, more)) {
            scopes.actions.forEach((resource, names) ->
                    all.computeIfAbsent(resource, _ -> new TreeSet<>()).addAll(names));
        }
        return new Scopes(all);
    }

    /** Each resource with its actions, as a token service wants them. */
    List<String> texts() {
        List<String> texts = new ArrayList<>();
        new TreeMap<>(actions)
                .forEach((resource, names) -> texts.add(resource + ":" + String.join(",", names)));
        return texts;
    }
}
