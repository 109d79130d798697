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

    /**
     * Which user ids of the source it shows as which; empty for those of the container, or none.
     */
    public List<LinuxSpec.IdMapping> uidMappings() {
        return LinuxSpec.IdMapping.list(json, "uidMappings", "mounts");
    }

    /** The same of group ids. */
    public List<LinuxSpec.IdMapping> gidMappings() {
        return LinuxSpec.IdMapping.list(json, "gidMappings", "mounts");
    }
}
