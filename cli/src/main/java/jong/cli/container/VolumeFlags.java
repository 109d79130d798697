package jong.cli.container;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import jong.cli.failure.CommandException;
import jong.wire.json.JsonObject;

/** {@code --volume [source:]destination[:options]} and {@code --tmpfs}. */
final class VolumeFlags {

    private final List<String> binds = new ArrayList<>();
    private final JsonObject anonymous = new JsonObject();

    VolumeFlags(List<String> values) {
        for (String value : new LinkedHashSet<>(values)) {
            if (value.isEmpty()) {
                throw new CommandException("invalid empty volume spec", 125);
            }
            // Docker leaves it to the daemon to say what is wrong with two characters.
            List<String> sections = value.length() <= 2 ? List.of(value) : sections(value);
            if (sections.size() == 1) {
                anonymous.with(value, new JsonObject());
            } else {
                binds.add(source(value));
            }
        }
    }

    /** What the colons separate; not the one after a single letter, a drive of Windows. */
    private static List<String> sections(String value) {
        List<String> sections = new ArrayList<>();
        var section = new StringBuilder();
        for (int i = 0; i <= value.length(); i++) {
            boolean end = i == value.length();
            boolean drive = section.length() == 1 && Character.isLetter(section.charAt(0));
            if (!end && (value.charAt(i) != ':' || drive)) {
                section.append(value.charAt(i));
                continue;
            }
            if (section.isEmpty()) {
                throw refused(value, "empty section between colons");
            }
            if (sections.size() == 2 && !end) {
                throw refused(value, "too many colons");
            }
            sections.add(section.toString());
            section.setLength(0);
        }
        return sections;
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
    private static String source(String value) {
        int colon = value.indexOf(':');
        boolean relative = value.startsWith(".") && colon > 0;
        return relative ? absolute(value.substring(0, colon)) + value.substring(colon) : value;
    }

    /** A path that this program's directory is prepended to. */
    static String absolute(String path) {
        return Path.of(path).toAbsolutePath().normalize().toString();
    }

    private static CommandException refused(String value, String reason) {
        return new CommandException("invalid spec: " + value + ": " + reason, 125);
    }
}
