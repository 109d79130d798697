package jong.engine.events;

import java.util.List;
import java.util.function.Predicate;
import jong.api.Filters;

/** Docker's filters of events; a key that it does not know is ignored, as dockerd does. */
final class EventFilter implements Predicate<Event> {

    private static final List<String> TYPES =
            List.of("container", "image", "volume", "network", "daemon", "plugin");

    private final Filters filters;

    EventFilter(Filters filters) {
        this.filters = filters;
    }

    @Override
    public boolean test(Event event) {
        return matchesAction(event)
                && among("type", event.type())
                && among("scope", "local")
                && TYPES.stream().allMatch(type -> matchesThing(type, event))
                && filters.get("label").stream().allMatch(label -> hasLabel(event, label));
    }

    private boolean among(String key, String value) {
        List<String> wanted = filters.get(key);
        return wanted.isEmpty() || wanted.contains(value);
    }

    /** {@code exec_create} means {@code exec_create: sh} too. */
    private boolean matchesAction(Event event) {
        int colon = event.action().indexOf(':');
        return among("event", event.action())
                || (colon > 0 && filters.get("event").contains(event.action().substring(0, colon)));
    }

    /** {@code container=x} lets only events of container x through, by ID, ID prefix or name. */
    private boolean matchesThing(String type, Event event) {
        List<String> wanted = filters.get(type);
        if (wanted.isEmpty()) {
            return true;
        }
        if (type.equals("image") && event.type().equals("container")) {
            return wanted.stream().anyMatch(name -> sameImage(name, event));
        }
        return event.type().equals(type)
                && wanted.stream().anyMatch(name -> named(name, event) || sameImage(name, event));
    }

    private static boolean named(String name, Event event) {
        return event.id().startsWith(name)
                || name.equals(event.attributes().getOrDefault("name", ""));
    }

    private static boolean sameImage(String name, Event event) {
        String image =
                event.attributes()
                        .getOrDefault(event.type().equals("image") ? "name" : "image", "");
        return image.equals(name) || image.startsWith(name + ":");
    }

    private static boolean hasLabel(Event event, String label) {
        int equals = label.indexOf('=');
        return equals < 0
                ? event.attributes().containsKey(label)
                : label.substring(equals + 1)
                        .equals(event.attributes().get(label.substring(0, equals)));
    }
}
