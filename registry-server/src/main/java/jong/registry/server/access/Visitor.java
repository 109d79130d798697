package jong.registry.server.access;

import java.util.Map;
import java.util.Set;
import jong.registry.server.protocol.RepositoryName;

/**
 * Who sent a request, as far as is known, and what else they may do.
 *
 * @param name the user; {@code ""} if nobody was asked
 * @param unlimited whether they may do anything
 * @param granted otherwise, the actions by repository
 */
public record Visitor(String name, boolean unlimited, Map<String, Set<String>> granted) {

    /** A visitor who may do anything. */
    public static Visitor unlimited(String name) {
        return new Visitor(name, true, Map.of());
    }

    /** Whether they may read a repository. */
    public boolean mayPull(RepositoryName name) {
        Set<String> actions = granted.getOrDefault(name.value(), Set.of());
        return unlimited || actions.contains("pull") || actions.contains("*");
    }
}
