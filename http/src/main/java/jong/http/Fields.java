package jong.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The fields of a query or a form, read as Go reads them.
 *
 * <p>A field may come several times. Names are case-sensitive.
 */
public final class Fields {

    private final Map<String, List<String>> fields = new LinkedHashMap<>();

    /** Reads {@code a=1&b=2}; a field that is not well encoded is left out, as Go does. */
    public static Fields parse(String text) {
        var parsed = new Fields();
        parsed.add(text);
        return parsed;
    }

    private Fields() {}

    private void add(String text) {
        for (String field : text.split("&", -1)) {
            if (field.isEmpty() || field.indexOf(';') >= 0) {
                continue;
            }
            int equals = field.indexOf('=');
            String name = equals < 0 ? field : field.substring(0, equals);
            String value = equals < 0 ? "" : field.substring(equals + 1);
            try {
                String decoded = URLDecoder.decode(value, UTF_8);
                fields.computeIfAbsent(URLDecoder.decode(name, UTF_8), _ -> new ArrayList<>())
                        .add(decoded);
            } catch (IllegalArgumentException _) {
                // Bad percent encoding: Go's ParseForm drops the field.
            }
        }
    }

    /** These fields behind those of {@code first}. */
    public Fields after(Fields first) {
        var merged = new Fields();
        for (Fields part : List.of(first, this)) {
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
}
