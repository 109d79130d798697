package jong.cli.container;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import jong.cli.failure.CommandException;
import jong.wire.json.JsonObject;

/** {@code --volume [source:]destination[:options]} and {@code --tmpfs}. */
final class VolumeFlags {

    private final List<String> binds = new ArrayList<>();
    private final JsonObject anonymous = new JsonObject();

    VolumeFlags(List<String> values) {
        for (String value : values) {
            if (value.startsWith(":") || value.endsWith(":") || value.contains("::")) {
                throw new CommandException(
                        "invalid spec: " + value + ": empty section between colons", 125);
            }
            int colon = value.indexOf(':');
            if (colon < 0) {
                anonymous.with(value, new JsonObject());
            } else {
                binds.add(source(value.substring(0, colon)) + value.substring(colon));
            }
        }
    }

    /** Entries with a source. */
    List<String> binds() {
        return binds;
    }

    /** Destinations alone. */
    JsonObject anonymous() {
        return anonymous;
    }

    static JsonObject tmpfs(List<String> values) {
        var tmpfs = new JsonObject();
        for (String value : values) {
            int colon = value.indexOf(':');
            tmpfs.with(
                    colon < 0 ? value : value.substring(0, colon),
                    colon < 0 ? "" : value.substring(colon + 1));
        }
        return tmpfs;
    }

    /** Relative paths are relative to this program's directory, which the daemon does not know. */
    private static String source(String source) {
        boolean relative =
                source.equals(".")
                        || source.startsWith("./")
                        || source.startsWith("../")
                        || source.equals("..");
        return relative ? Path.of(source).toAbsolutePath().normalize().toString() : source;
    }
}
