package jong.wire.json;

import java.util.AbstractMap;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A JSON object with Go's rules: members keep their order, names are found whatever their case, and
 * a member that is missing or {@code null} reads as its type's zero value.
 *
 * <p>The typed accessors throw {@link JsonException} when a member has another type; the text names
 * the member and both types. Writing is explicit: {@link #with} always writes the member, even as
 * {@code null}; {@link #withUnlessEmpty} is Go's {@code omitempty}. Not safe for several threads at
 * once while it is being changed.
 *
 * <pre>{@code
 * var body = Json.parseObject(bytes);
 * long memory = body.object("HostConfig").number("Memory");
 * var answer = new JsonObject().with("Id", id).with("Warnings", warnings);
 * }</pre>
 */
public final class JsonObject extends AbstractMap<String, @Nullable Object> {

    /** By lower-case name; the entry holds the name as written. */
    private final Map<String, Entry<String, @Nullable Object>> members = new LinkedHashMap<>();

    /** An object without members. */
    public JsonObject() {}

    /** A deep copy: lists and objects inside are copied too. */
    public JsonObject copy() {
        var copy = new JsonObject();
        forEach((name, value) -> copy.put(name, copyOf(value)));
        return copy;
    }

    /** Sets a member, also to {@code null}; a new one goes last. Returns this object. */
    public JsonObject with(String name, @Nullable Object value) {
        put(name, value);
        return this;
    }

    /** Sets a member unless it is null, zero, false or empty: Go's {@code omitempty}. */
    public JsonObject withUnlessEmpty(String name, @Nullable Object value) {
        if (!isEmptyValue(value)) {
            put(name, value);
        }
        return this;
    }

    @Override
    public @Nullable Object put(String name, @Nullable Object value) {
        var entry = new SimpleEntry<String, @Nullable Object>(name, canonical(value));
        var old = members.put(key(name), entry);
        return old == null ? null : old.getValue();
    }

    @Override
    public @Nullable Object get(@Nullable Object name) {
        var entry = name instanceof String text ? members.get(key(text)) : null;
        return entry == null ? null : entry.getValue();
    }

    @Override
    public boolean containsKey(@Nullable Object name) {
        return name instanceof String text && members.containsKey(key(text));
    }

    @Override
    public @Nullable Object remove(@Nullable Object name) {
        var entry = name instanceof String text ? members.remove(key(text)) : null;
        return entry == null ? null : entry.getValue();
    }

    /** Whether the member is there and not {@code null}. */
    public boolean has(String name) {
        return get(name) != null;
    }

    /** A string; missing reads as {@code ""}. */
    public String string(String name) {
        return typed(name, String.class, "");
    }

    /** A string, or {@code fallback} if missing or empty. */
    public String string(String name, String fallback) {
        String value = string(name);
        return value.isEmpty() ? fallback : value;
    }

    /** A whole number; missing reads as 0. */
    public long number(String name) {
        return number(name, 0);
    }

    /** A whole number, or {@code fallback} if missing. */
    public long number(String name, long fallback) {
        return typed(name, Long.class, fallback);
    }

    /** A whole number that may be missing: Go's {@code *int64}. */
    public @Nullable Long numberOrNull(String name) {
        return has(name) ? number(name) : null;
    }

    /** A number with a fraction; missing reads as 0. */
    public double decimal(String name) {
        return typed(name, Number.class, 0L).doubleValue();
    }

    /** A boolean; missing reads as false. */
    public boolean flag(String name) {
        return typed(name, Boolean.class, false);
    }

    /** A boolean that may be missing: Go's {@code *bool}. */
    public @Nullable Boolean flagOrNull(String name) {
        return has(name) ? flag(name) : null;
    }

    /** An object; missing reads as a new empty one, which is not attached to this object. */
    public JsonObject object(String name) {
        return typed(name, JsonObject.class, new JsonObject());
    }

    /** A list of any values; missing reads as an empty one. */
    @SuppressWarnings("unchecked")
    public List<@Nullable Object> list(String name) {
        return typed(name, List.class, List.of());
    }

    /** A list of strings; missing reads as an empty one. */
    public List<String> strings(String name) {
        return elements(name, String.class);
    }

    /** A list of strings that may be missing: Go's nil slice. */
    public @Nullable List<String> stringsOrNull(String name) {
        return has(name) ? strings(name) : null;
    }

    /** A list of objects; missing reads as an empty one. */
    public List<JsonObject> objects(String name) {
        return elements(name, JsonObject.class);
    }

    /** An object whose members are strings, in order; missing reads as empty. */
    public Map<String, String> stringMap(String name) {
        Map<String, String> map = new LinkedHashMap<>();
        JsonObject object = object(name);
        for (String key : object.keySet()) {
            map.put(key, object.string(key));
        }
        return map;
    }

    @Override
    public Set<Entry<String, @Nullable Object>> entrySet() {
        return new java.util.LinkedHashSet<>(members.values());
    }

    @Override
    public int size() {
        return members.size();
    }

    /** The JSON text. */
    @Override
    public String toString() {
        return Json.write(this);
    }

    /** Names a value's JSON type for error texts. */
    static String kind(@Nullable Object value) {
        if (value == null) {
            return "null";
        } else if (value instanceof String) {
            return "string";
        } else if (value instanceof Boolean) {
            return "bool";
        } else if (value instanceof Number) {
            return "number";
        }
        return value instanceof Collection ? "array" : "object";
    }

    private <T> List<T> elements(String name, Class<T> type) {
        List<T> result = new ArrayList<>();
        for (Object element : list(name)) {
            if (!type.isInstance(element)) {
                throw mismatch(element, name, "an array of " + kindOf(type));
            }
            result.add(type.cast(element));
        }
        return result;
    }

    private <T> T typed(String name, Class<T> type, T zero) {
        Object value = get(name);
        if (value == null) {
            return zero;
        }
        if (!type.isInstance(value)) {
            throw mismatch(value, name, kindOf(type));
        }
        return type.cast(value);
    }

    private static JsonException mismatch(@Nullable Object value, String name, String wanted) {
        return new JsonException(
                "json: cannot unmarshal " + kind(value) + " into field " + name + " of " + wanted);
    }

    private static String kindOf(Class<?> type) {
        return switch (type.getSimpleName()) {
            case "String" -> "type string";
            case "Boolean" -> "type bool";
            case "Long" -> "type int64";
            case "Number" -> "type float64";
            case "List" -> "type array";
            default -> "type object";
        };
    }

    private static @Nullable Object copyOf(@Nullable Object value) {
        if (value instanceof JsonObject object) {
            return object.copy();
        }
        if (value instanceof List<?> list) {
            List<@Nullable Object> copy = new ArrayList<>(list.size());
            list.forEach(element -> copy.add(copyOf(element)));
            return copy;
        }
        return value;
    }

    private static boolean isEmptyValue(@Nullable Object value) {
        if (value == null) {
            return true;
        } else if (value instanceof String text) {
            return text.isEmpty();
        } else if (value instanceof Boolean flag) {
            return !flag;
        } else if (value instanceof Number number) {
            return number.doubleValue() == 0;
        } else if (value instanceof Collection<?> list) {
            return list.isEmpty();
        }
        return value instanceof Map<?, ?> map && map.isEmpty();
    }

    /** Whole numbers are longs, whether they were read or put. */
    private static @Nullable Object canonical(@Nullable Object value) {
        return value instanceof Integer number ? Long.valueOf(number) : value;
    }

    private static String key(String name) {
        return name.toLowerCase(Locale.ROOT);
    }
}
