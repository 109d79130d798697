package jong.engine.rest;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jong.http.RouteTable;

/**
 * Finds the handler for a method and a path.
 *
 * <p>Templates are those of {@link RouteTable}. Every route is served with and without {@code
 * /v1.x} in front. Routes are registered before the server starts; after that the router is read
 * only.
 */
public final class Router {

    private static final Pattern VERSIONED = Pattern.compile("/v([0-9.]+)(/.*)");

    private final RouteTable<Handler> routes = new RouteTable<>();

    /** A router without routes. */
    public Router() {}

    /** Registers a handler and returns this router. */
    public Router route(String method, String template, Handler handler) {
        routes.add(method, template, handler);
        return this;
    }

    /**
     * Finds the route of a request.
     *
     * @param path the decoded path without the query
     */
    Optional<Match> find(String method, String path) {
        Matcher versioned = VERSIONED.matcher(path);
        if (versioned.matches()) {
            Optional<Match> match = find(method, versioned.group(2), versioned.group(1));
            if (match.isPresent()) {
                return match;
            }
        }
        return find(method, path, "");
    }

    private Optional<Match> find(String method, String path, String version) {
        return routes.find(method, path)
                .map(match -> new Match(match.destination(), match.variables(), version));
    }

    /**
     * What a request's path means.
     *
     * @param version the digits after {@code /v}, {@code ""} if the path has no version
     */
    record Match(Handler handler, Map<String, String> variables, String version) {}
}
