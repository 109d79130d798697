package jong.oci.runtime;

import java.util.List;
import jong.wire.json.JsonObject;

/**
 * One of {@code mounts}.
 *
 * @param json the object
 */
public record MountSpec(JsonObject json) {

    /** Where it goes inside the container. */
    public String destination() {
        return json.string("destination");
    }

    /** The filesystem's type; may be empty for a bind. */
    public String type() {
        return json.string("type");
    }

    /** A device, a name, or for a bind the path to show. */
    public String source() {
        return json.string("source");
    }

    /** Flags and filesystem options, one word each. */
    public List<String> options() {
        return json.strings("options");
    }

    /** Whether it has id mappings of its own. */
    public boolean idMapped() {
        return !json.list("uidMappings").isEmpty() || !json.list("gidMappings").isEmpty();
    }
}
