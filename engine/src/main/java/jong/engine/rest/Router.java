package jong.engine.rest;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds the handler for a method and a path.
 *
 * <p>A template's {@code {name}} matches one segment of the path, {@code {name:.*}} any number of
 * them. Every route is served with and without {@code /v1.x} in front. Of several routes that
 * match, the one registered first wins. Routes are registered before the server starts; after that
 * the router is read only.
 */
public final class Router {

    private static final Pattern VARIABLE = Pattern.compile("\\{([a-z]+)(:\\.\\*)?}");
    private static final Pattern VERSIONED = Pattern.compile("/v([0-9.]+)(/.*)");

    private final Map<String, List<Route>> routes = new HashMap<>();

    /** A router without routes. */
    public Router() {}

    /** Registers a handler and returns this router. */
    public Router route(String method, String template, Handler handler) {
        routes.computeIfAbsent(method, _ -> new ArrayList<>())
                .add(Route.compile(template, handler));
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
        for (Route route : routes.getOrDefault(method, List.of())) {
            Matcher matcher = route.pattern().matcher(path);
            if (matcher.matches()) {
                return Optional.of(new Match(route.handler(), route.variables(matcher), version));
            }
        }
        return Optional.empty();
    }

    /**
     * What a request's path means.
     *
     * @param version the digits after {@code /v}, {@code ""} if the path has no version
     */
    record Match(Handler handler, Map<String, String> variables, String version) {}

    private record Route(Pattern pattern, List<String> names, Handler handler) {

        static Route compile(String template, Handler handler) {
            List<String> names = new ArrayList<>();
            var regex = new StringBuilder();
            Matcher variable = VARIABLE.matcher(template);
            int done = 0;
            while (variable.find()) {
                regex.append(Pattern.quote(template.substring(done, variable.start())));
                regex.append(variable.group(2) == null ? "([^/]+)" : "(.*)");
                names.add(variable.group(1));
                done = variable.end();
            }
            regex.append(Pattern.quote(template.substring(done)));
            return new Route(
                    Pattern.compile(regex.toString(), Pattern.DOTALL), List.copyOf(names), handler);
        }

        Map<String, String> variables(Matcher matcher) {
            Map<String, String> values = new HashMap<>();
            for (int i = 0; i < names.size(); i++) {
                values.put(names.get(i), matcher.group(i + 1));
            }
            return values;
        }
    }
}
