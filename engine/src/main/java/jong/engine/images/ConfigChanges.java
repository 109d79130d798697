package jong.engine.images;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import jong.wire.json.Json;
import jong.wire.json.JsonException;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException.InvalidArgument;

/**
 * The instructions of {@code docker import --change} and {@code docker commit --change}: those of a
 * Dockerfile that only change the configuration.
 */
public final class ConfigChanges {

    private static final Set<String> VALID =
            Set.of(
                    "CMD",
                    "ENTRYPOINT",
                    "ENV",
                    "EXPOSE",
                    "HEALTHCHECK",
                    "LABEL",
                    "ONBUILD",
                    "STOPSIGNAL",
                    "USER",
                    "VOLUME",
                    "WORKDIR");

    private ConfigChanges() {}

    /**
     * Applies instructions to a container's configuration.
     *
     * @param config is not changed
     * @param changes one or more lines each
     * @return the changed copy
     * @throws InvalidArgument with docker's text, for other instructions
     */
    public static JsonObject apply(JsonObject config, List<String> changes) {
        JsonObject result = config.copy();
        for (String change : changes) {
            change.lines()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty())
                    .forEach(line -> applyLine(result, line));
        }
        return result;
    }

    private static void applyLine(JsonObject config, String line) {
        String[] parts = line.split("\\s+", 2);
        String instruction = parts[0].toUpperCase(Locale.ROOT);
        String rest = parts.length == 2 ? parts[1] : "";
        if (!VALID.contains(instruction)) {
            throw new InvalidArgument(
                    parts[0].toLowerCase(Locale.ROOT) + " is not a valid change command");
        }
        switch (instruction) {
            case "CMD" -> config.put("Cmd", command(rest));
            case "ENTRYPOINT" -> config.put("Entrypoint", command(rest));
            case "USER" -> config.put("User", rest);
            case "WORKDIR" -> config.put("WorkingDir", rest);
            case "STOPSIGNAL" -> config.put("StopSignal", rest);
            case "HEALTHCHECK" -> config.put("Healthcheck", HealthcheckLine.parse(rest));
            case "ONBUILD" -> append(config, "OnBuild", rest);
            case "ENV" -> pairs(instruction, rest).forEach(pair -> setVariable(config, pair));
            case "LABEL" -> pairs(instruction, rest).forEach(pair -> setLabel(config, pair));
            case "EXPOSE" -> words(rest).forEach(port -> expose(config, port));
            case "VOLUME" -> volumes(rest).forEach(path -> member(config, "Volumes", path));
            default -> throw new IllegalStateException(instruction);
        }
    }

    /** The JSON form, or a command line for the shell. */
    private static List<String> command(String text) {
        if (text.startsWith("[")) {
            try {
                return new JsonObject().with("v", Json.parse(text)).strings("v");
            } catch (JsonException _) {
                // Docker takes a malformed list for a command line.
            }
        }
        return List.of("/bin/sh", "-c", text);
    }

    private static List<String> volumes(String text) {
        return text.startsWith("[") ? command(text) : words(text);
    }

    private static void expose(JsonObject config, String port) {
        member(config, "ExposedPorts", port.indexOf('/') < 0 ? port + "/tcp" : port);
    }

    private static void member(JsonObject config, String map, String key) {
        config.put(map, config.object(map).copy().with(key, new JsonObject()));
    }

    private static void append(JsonObject config, String list, String value) {
        List<String> longer = new ArrayList<>(config.strings(list));
        longer.add(value);
        config.put(list, longer);
    }

    private static void setVariable(JsonObject config, String pair) {
        String prefix = pair.substring(0, pair.indexOf('=') + 1);
        List<String> variables = new ArrayList<>(config.strings("Env"));
        variables.removeIf(variable -> variable.startsWith(prefix));
        variables.add(pair);
        config.put("Env", variables);
    }

    private static void setLabel(JsonObject config, String pair) {
        int equals = pair.indexOf('=');
        config.put(
                "Labels",
                config.object("Labels")
                        .copy()
                        .with(pair.substring(0, equals), pair.substring(equals + 1)));
    }

    /** {@code a=1 b="two words"}, or the old form {@code a the rest}. */
    private static List<String> pairs(String instruction, String text) {
        List<String> words = words(text);
        if (!words.isEmpty() && words.stream().allMatch(word -> word.indexOf('=') > 0)) {
            return words;
        }
        String[] old = text.split("\\s+", 2);
        if (old.length == 2 && old[0].indexOf('=') < 0) {
            return List.of(old[0] + "=" + old[1]);
        }
        throw new InvalidArgument(instruction + " must have two arguments");
    }

    /** Words apart by blanks; quotes and backslashes keep blanks, and go. */
    private static List<String> words(String text) {
        List<String> words = new ArrayList<>();
        var word = new StringBuilder();
        boolean inWord = false;
        char quote = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (quote == 0 && Character.isWhitespace(c)) {
                if (inWord) {
                    words.add(word.toString());
                    word.setLength(0);
                }
                inWord = false;
                continue;
            }
            inWord = true;
            if (c == '\\' && quote != '\'' && i + 1 < text.length()) {
                i++;
                word.append(text.charAt(i));
            } else if (quote == c) {
                quote = 0;
            } else if (quote == 0 && (c == '"' || c == '\'')) {
                quote = c;
            } else {
                word.append(c);
            }
        }
        if (inWord) {
            words.add(word.toString());
        }
        return words;
    }
}
