package jong.http;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds what was registered for a method and a path.
 *
 * <p>A template's {@code {name}} matches one segment of the path, {@code {name:.*}} any number of
 * them. Of several routes that match, the one registered first wins. Routes are registered before
 * the server starts; after that the table is read only.
 *
 * @param <T> what a route leads to
 */
public final class RouteTable<T> {

    private static final Pattern VARIABLE = Pattern.compile("\\{([a-z]+)(:\\.\\*)?}");

    private final Map<String, List<Route<T>>> routes = new HashMap<>();

    /** A table without routes. */
    public RouteTable() {}

    /** Registers a route. */
    public void add(String method, String template, T destination) {
        routes.computeIfAbsent(method, _ -> new ArrayList<>())
                .add(Route.compile(template, destination));
    }

    /**
     * Finds the route of a request.
     *
     * @param path the decoded path without the query
     */
    public Optional<Match<T>> find(String method, String path) {
        for (Route<T> route : routes.getOrDefault(method, List.of())) {
            Matcher matcher = route.pattern().matcher(path);
            if (matcher.matches()) {
                return Optional.of(new Match<>(route.destination(), route.variables(matcher)));
            }
        }
        return Optional.empty();
    }

    /**
     * What a request's path means.
     *
     * @param variables the decoded parts of the path by the template's names
     */
    public record Match<T>(T destination, Map<String, String> variables) {}

    private record Route<T>(Pattern pattern, List<String> names, T destination) {

        static <T> Route<T> compile(String template, T destination) {
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
            return new Route<>(
                    Pattern.compile(regex.toString(), Pattern.DOTALL),
                    List.copyOf(names),
                    destination);
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
