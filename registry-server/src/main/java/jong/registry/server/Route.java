package jong.registry.server;

import java.util.List;
import java.util.Map;
import jong.registry.server.access.Permission;
import jong.registry.server.protocol.RepositoryName;

/**
 * What a path leads to, and the leave that it takes.
 *
 * @param actions on the repository of the path; of a path without one, nothing
 * @param catalog whether it lists repositories
 * @param writes whether it changes the registry
 * @param handler answers the request
 */
record Route(List<String> actions, boolean catalog, boolean writes, Handler handler) {

    /** Answers a request that was admitted; what it throws becomes an error. */
    interface Handler {
        void handle(RegistryExchange exchange) throws Exception;
    }

    static Route pull(Handler handler) {
        return new Route(List.of("pull"), false, false, handler);
    }

    static Route push(Handler handler) {
        return new Route(List.of("pull", "push"), false, true, handler);
    }

    static Route delete(Handler handler) {
        return new Route(List.of("delete"), false, true, handler);
    }

    static Route plain(Handler handler) {
        return new Route(List.of(), false, false, handler);
    }

    static Route catalog(Handler handler) {
        return new Route(List.of(), true, false, handler);
    }

    /** The leave that a request takes; checks the repository's name. */
    List<Permission> permissions(Map<String, String> variables) {
        if (catalog) {
            return List.of(Permission.CATALOG);
        }
        String name = variables.get("name");
        if (name == null) {
            return List.of();
        }
        var repository = new RepositoryName(name);
        return actions.stream().map(action -> Permission.repository(repository, action)).toList();
    }
}
