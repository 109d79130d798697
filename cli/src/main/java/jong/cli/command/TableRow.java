package jong.cli.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import jong.cli.template.Fields;
import jong.wire.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * A row whose fields are all known beforehand.
 *
 * @param type what error texts call it
 * @param values the value of each field
 * @param labels what {@code .Label "key"} looks in
 */
public record TableRow(String type, Map<String, String> values, JsonObject labels)
        implements Fields {

    /** A row without labels. */
    public TableRow(String type, Map<String, String> values) {
        this(type, values, new JsonObject());
    }

    @Override
    public List<String> fieldNames() {
        return new ArrayList<>(new TreeMap<>(values).keySet());
    }

    @Override
    public boolean hasField(String name) {
        return values.containsKey(name) || name.equals("Label");
    }

    @Override
    public @Nullable Object field(String name, List<@Nullable Object> arguments) {
        return name.equals("Label")
                ? labels.string(String.valueOf(arguments.getFirst()))
                : values.get(name);
    }

    @Override
    public String typeName() {
        return type;
    }

    /** Labels as {@code a=1,b=2}, sorted. */
    public static String join(JsonObject labels) {
        List<String> list = new ArrayList<>();
        for (String label : labels.keySet()) {
            list.add(label + "=" + labels.string(label));
        }
        list.sort(null);
        return String.join(",", list);
    }
}
