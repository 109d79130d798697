package jong.cli.container;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import jong.cli.failure.CommandException;
import jong.wire.json.Json;
import jong.wire.json.JsonException;
import org.jspecify.annotations.Nullable;

/** {@code --security-opt}: profiles are read here, since the daemon may be elsewhere. */
final class SecurityFlags {

    private final List<String> options = new ArrayList<>();
    private final boolean given;
    private boolean unconfinedPaths;

    SecurityFlags(List<String> values) throws IOException {
        given = !values.isEmpty();
        for (String value : values) {
            if (value.equals("systempaths=unconfined")) {
                unconfinedPaths = true;
            } else {
                options.add(option(value));
            }
        }
    }

    /** What the daemon is told; null if the flag was not given. */
    @Nullable List<String> options() {
        return given ? options : null;
    }

    /** The masked and read-only paths: empty without protection, null for the default. */
    @Nullable List<String> paths() {
        return unconfinedPaths ? List.of() : null;
    }

    private static String option(String value) throws IOException {
        int at = value.indexOf('=');
        at = at < 0 ? value.indexOf(':') : at;
        if (at < 0) {
            if (!value.equals("no-new-privileges")) {
                throw new CommandException("Invalid --security-opt: \"" + value + "\"", 125);
            }
            return value;
        }
        String profile = value.substring(at + 1);
        if (!value.startsWith("seccomp")
                || profile.equals("unconfined")
                || profile.equals("builtin")) {
            return value;
        }
        return "seccomp=" + seccomp(profile);
    }

    private static String seccomp(String file) throws IOException {
        String why = "opening seccomp profile (" + file + ") failed: ";
        try {
            return Json.write(Json.parse(new String(Files.readAllBytes(Path.of(file)), UTF_8)));
        } catch (NoSuchFileException e) {
            throw new CommandException(why + "open " + file + ": no such file or directory", 125);
        } catch (JsonException e) {
            throw new CommandException(
                    "compacting json for seccomp profile (" + file + ") failed: " + e.getMessage(),
                    125);
        }
    }
}
