package jong.api;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import jong.wire.json.Json;
import jong.wire.json.JsonException;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException;

/**
 * The {@code filters} parameter of lists and prunes: several values for each key.
 *
 * <p>On the wire it is JSON, either {@code {"key":{"value":true}}} (what clients send since 2014)
 * or {@code {"key":["value"]}} (what older and many other clients send).
 *
 * @param values the values of each key, in the order given, without repetition
 */
public record Filters(Map<String, List<String>> values) {

    /** No filters. */
    public static final Filters NONE = new Filters(Map.of());

    /** Copies the map and its lists. */
    public Filters {
        Map<String, List<String>> copy = new LinkedHashMap<>();
        for (var entry : values.entrySet()) {
            copy.put(entry.getKey(), List.copyOf(entry.getValue()));
        }
        values = java.util.Collections.unmodifiableMap(copy);
    }

    /**
     * Reads the parameter in either form; an empty text is no filter.
     *
     * @throws StatusException.InvalidArgument with Docker's text, if it is neither form
     */
    public static Filters decode(String parameter) {
        if (parameter.isEmpty()) {
            return NONE;
        }
        Map<String, List<String>> decoded = new LinkedHashMap<>();
        try {
            JsonObject json = Json.parseObject(parameter);
            for (String key : json.keySet()) {
                decoded.put(key, valuesOf(json, key));
            }
        } catch (JsonException e) {
            throw new StatusException.InvalidArgument("invalid filter", e);
        }
        return new Filters(decoded);
    }

    /** The JSON text in the newer form, keys sorted as Go writes maps. */
    public String encode() {
        var json = new JsonObject();
        new TreeMap<>(values)
                .forEach((key, list) -> {
                    var set = new JsonObject();
                    list.stream().sorted().forEach(value -> set.put(value, true));
                    json.put(key, set);
                });
        return Json.write(json);
    }

    /** The values of a key; none if the key is absent. */
    public List<String> get(String key) {
        return values.getOrDefault(key, List.of());
    }

    /** Whether the key is there at all. */
    public boolean has(String key) {
        return values.containsKey(key);
    }

    /** Whether there are no filters. */
    public boolean isEmpty() {
        return values.isEmpty();
    }

    /** These filters and one more value. */
    public Filters with(String key, String value) {
        Map<String, List<String>> more = new LinkedHashMap<>(values);
        List<String> list = new ArrayList<>(get(key));
        if (!list.contains(value)) {
            list.add(value);
        }
        more.put(key, list);
        return new Filters(more);
    }

    /**
     * Checks that only known keys are used.
     *
     * @throws StatusException.InvalidArgument with Docker's text, if one is not in {@code accepted}
     */
    public void requireOnly(java.util.Set<String> accepted) {
        for (String key : values.keySet()) {
            if (!accepted.contains(key)) {
                throw new StatusException.InvalidArgument("invalid filter '" + key + "'");
            }
        }
    }

    private static List<String> valuesOf(JsonObject json, String key) {
        if (!(json.get(key) instanceof JsonObject set)) {
            return json.strings(key);
        }
        List<String> list = new ArrayList<>();
        for (String value : set.keySet()) {
            if (set.flag(value)) {
                list.add(value);
            }
        }
        return list;
    }
}
