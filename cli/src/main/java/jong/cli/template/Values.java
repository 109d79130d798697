package jong.cli.template;

import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import jong.wire.json.Json;
import jong.wire.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** Go's view of JSON values: how they print, and which of them count as false. */
final class Values {

    private Values() {}

    /** As {@code fmt.Print} prints it. */
    static String print(@Nullable Object value) {
        return switch (value) {
            case null -> "<nil>";
            case String text -> text;
            case Map<?, ?> map -> printMap(map);
            case Collection<?> list -> printList(list);
            case Double number -> Json.write(number);
            case Fields fields -> fields.typeName();
            default -> value.toString();
        };
    }

    /** Whether {@code if} takes the value for true: neither zero nor empty. */
    static boolean truth(@Nullable Object value) {
        return switch (value) {
            case null -> false;
            case Boolean flag -> flag;
            case String text -> !text.isEmpty();
            case Number number -> number.doubleValue() != 0;
            case Collection<?> list -> !list.isEmpty();
            case Map<?, ?> map -> !map.isEmpty();
            default -> true;
        };
    }

    /** What Go's error texts call the type. */
    static String typeName(@Nullable Object value) {
        return switch (value) {
            case null -> "interface {}";
            case String _ -> "string";
            case Boolean _ -> "bool";
            case Long _ -> "int64";
            case Double _ -> "float64";
            case Collection<?> _ -> "[]interface {}";
            case Map<?, ?> _ -> "map[string]interface {}";
            default -> value.getClass().getSimpleName();
        };
    }

    /** As JSON; a row is an object of its fields. */
    static String json(@Nullable Object value) {
        if (value instanceof Fields fields) {
            var object = new JsonObject();
            for (String name : fields.fieldNames()) {
                object.put(name, fields.field(name, java.util.List.of()));
            }
            return escapeHtml(Json.write(object));
        }
        return Json.write(value);
    }

    /** Rows go through Go's default encoder, which escapes what HTML would misread. */
    private static String escapeHtml(String json) {
        return json.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026");
    }

    private static String printMap(Map<?, ?> map) {
        var text = new StringBuilder("map[");
        String separator = "";
        for (var entry : new TreeMap<Object, @Nullable Object>(map).entrySet()) {
            text.append(separator).append(entry.getKey()).append(':');
            text.append(print(entry.getValue()));
            separator = " ";
        }
        return text.append(']').toString();
    }

    private static String printList(Collection<?> list) {
        var text = new StringBuilder("[");
        String separator = "";
        for (Object element : list) {
            text.append(separator).append(print(element));
            separator = " ";
        }
        return text.append(']').toString();
    }
}
