package jong.cli.command;

import java.util.List;
import java.util.TreeMap;
import jong.wire.json.JsonObject;

/** Flags of the form {@code key=value}. */
public final class Pairs {

    private Pairs() {}

    /** The pairs as an object, sorted; a key alone has an empty value. */
    public static JsonObject read(List<String> values) {
        var sorted = new TreeMap<String, String>();
        for (String value : values) {
            int equals = value.indexOf('=');
            sorted.put(
                    equals < 0 ? value : value.substring(0, equals),
                    equals < 0 ? "" : value.substring(equals + 1));
        }
        var json = new JsonObject();
        sorted.forEach(json::put);
        return json;
    }
}
