package jong.engine.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import jong.wire.json.Json;
import jong.wire.json.JsonException;
import jong.wire.json.JsonObject;

/** Reads {@code daemon.json}. */
final class ConfigFile {

    private static final String BYTE_ORDER_MARK = "\ufeff";

    private ConfigFile() {}

    /**
     * Reads the file.
     *
     * @param required whether a file that is not there is an error
     * @param flags what stood on the command line, which must not be in the file too
     * @throws UsageException with dockerd's text
     */
    static Map<OptionSpec, List<String>> read(
            Path file, boolean required, Map<OptionSpec, List<String>> flags) {
        try {
            return options(parse(Files.readString(file, UTF_8)), flags);
        } catch (NoSuchFileException _) {
            if (!required) {
                return Map.of();
            }
            throw refused(file, "open " + file + ": no such file or directory");
        } catch (IOException e) {
            throw refused(file, "read " + file + ": " + e.getMessage());
        } catch (JsonException | UsageException e) {
            throw refused(file, String.valueOf(e.getMessage()));
        }
    }

    private static JsonObject parse(String text) {
        String bare = text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
        return bare.isBlank() ? new JsonObject() : Json.parseObject(bare);
    }

    private static Map<OptionSpec, List<String>> options(
            JsonObject json, Map<OptionSpec, List<String>> flags) {
        Map<OptionSpec, List<String>> options = new LinkedHashMap<>();
        List<String> unknown = new ArrayList<>();
        List<String> conflicts = new ArrayList<>();
        for (String key : json.keySet()) {
            var option = OptionTable.byKey(key);
            if (option.isEmpty()) {
                unknown.add(key);
                continue;
            }
            List<String> values = Values.fromJson(option.get(), json.get(key));
            List<String> flag = flags.get(option.get());
            if (flag != null) {
                conflicts.add(
                        key
                                + ": (from flag: "
                                + shown(flag)
                                + ", from file: "
                                + shown(values)
                                + ")");
            }
            options.put(option.get(), values);
        }
        if (!unknown.isEmpty()) {
            throw new UsageException(
                    1,
                    "the following directives don't match any configuration option: "
                            + String.join(", ", unknown));
        }
        if (!conflicts.isEmpty()) {
            conflicts.sort(null);
            throw new UsageException(
                    1,
                    "the following directives are specified both as a flag and in the"
                            + " configuration file: "
                            + String.join(", ", conflicts));
        }
        return options;
    }

    private static String shown(List<String> values) {
        return values.size() == 1 ? values.getFirst() : "[" + String.join(" ", values) + "]";
    }

    private static UsageException refused(Path file, String why) {
        return new UsageException(
                1, "unable to configure the Docker daemon with file " + file + ": " + why);
    }
}
