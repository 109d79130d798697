package jong.api;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import jong.wire.json.JsonObject;

/**
 * Devices asked for by what they can do ({@code --gpus}, CDI).
 *
 * @param json the object as sent, with members that Jong does not know too
 */
public record DeviceRequest(JsonObject json) {

    /** The driver, such as {@code nvidia} or {@code cdi}; empty: whichever can. */
    public String driver() {
        return json.string("Driver");
    }

    /** How many; -1 means all. */
    public long count() {
        return json.number("Count");
    }

    /** Or which ones. */
    public List<String> deviceIds() {
        return json.strings("DeviceIDs");
    }

    /** The driver's options. */
    public Map<String, String> options() {
        return json.stringMap("Options");
    }

    /** Capabilities: one of the lists must be met completely. */
    @SuppressWarnings("unchecked")
    public List<List<String>> capabilities() {
        List<List<String>> alternatives = new ArrayList<>();
        for (Object alternative : json.list("Capabilities")) {
            if (alternative instanceof List<?> list) {
                alternatives.add((List<String>) list);
            }
        }
        return alternatives;
    }
}
