package jong.engine.rest;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import jong.wire.status.StatusException.InvalidArgument;

/**
 * The fields of a query or a form, read with Docker's rules.
 *
 * <p>A field may come several times. Names are case-sensitive.
 */
public final class Query {

    private final Map<String, List<String>> fields = new LinkedHashMap<>();

    /** Reads {@code a=1&b=2}; a field that is not well encoded is left out, as Go does. */
    public static Query parse(String text) {
        var query = new Query();
        query.add(text);
        return query;
    }

    private Query() {}

    private void add(String text) {
        for (String field : text.split("&", -1)) {
            if (field.isEmpty() || field.indexOf(';') >= 0) {
                continue;
            }
            int equals = field.indexOf('=');
            String name = equals < 0 ? field : field.substring(0, equals);
            String value = equals < 0 ? "" : field.substring(equals + 1);
            try {
                fields.computeIfAbsent(URLDecoder.decode(name, UTF_8), _ -> new ArrayList<>())
                        .add(URLDecoder.decode(value, UTF_8));
            } catch (IllegalArgumentException _) {
                // Bad percent encoding: Go's ParseForm drops the field and Docker ignores that.
            }
        }
    }

    /** This query's fields behind those of {@code first}. */
    Query after(Query first) {
        var merged = new Query();
        for (Query part : List.of(first, this)) {
            part.fields.forEach((name, values) ->
                    merged.fields.computeIfAbsent(name, _ -> new ArrayList<>()).addAll(values));
        }
        return merged;
    }

    /** Whether the field is there, even if empty. */
    public boolean has(String name) {
        return fields.containsKey(name);
    }

    /** The field's first value, {@code ""} if missing. */
    public String string(String name) {
        List<String> values = fields.get(name);
        return values == null ? "" : values.getFirst();
    }

    /** The field's first value, or {@code fallback} if missing or empty. */
    public String string(String name, String fallback) {
        String value = string(name);
        return value.isEmpty() ? fallback : value;
    }

    /** All values of a field, in order. */
    public List<String> strings(String name) {
        return List.copyOf(fields.getOrDefault(name, List.of()));
    }

    /** Docker's booleans: empty, 0, no, false and none (any case) are false, all else is true. */
    public boolean flag(String name) {
        return flag(name, false);
    }

    /** Like {@link #flag(String)}, but a field that is missing reads as {@code fallback}. */
    public boolean flag(String name, boolean fallback) {
        if (!has(name)) {
            return fallback;
        }
        return switch (string(name).toLowerCase(Locale.ROOT).strip()) {
            case "", "0", "no", "false", "none" -> false;
            default -> true;
        };
    }

    /**
     * A whole number; {@code fallback} if missing or empty.
     *
     * @throws InvalidArgument if it is not a whole number, with Go's text
     */
    public long number(String name, long fallback) {
        String text = string(name);
        if (text.isEmpty()) {
            return fallback;
        }
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new InvalidArgument(
                    "strconv.ParseInt: parsing \"" + text + "\": invalid syntax", e);
        }
    }
}
