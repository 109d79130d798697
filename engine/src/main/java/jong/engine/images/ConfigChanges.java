package jong.engine.images;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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

    private static final Pattern PORTS = Pattern.compile("([0-9]{1,5})(?:-([0-9]{1,5}))?");
    private static final int MAX_PORT = 65535;

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
        List<String> lines =
                changes.stream()
                        .flatMap(String::lines)
                        .map(String::strip)
                        .filter(line -> !line.isEmpty())
                        .toList();
        boolean commandGiven = lines.stream().anyMatch(line -> name(line).equals("CMD"));
        for (String line : lines) {
            applyLine(result, line);
            if (name(line).equals("ENTRYPOINT") && !commandGiven) {
                result.remove("Cmd"); // It was meant for the entrypoint before.
            }
        }
        return result;
    }

    private static String name(String line) {
        return line.split("\\s+", 2)[0].toUpperCase(Locale.ROOT);
    }

    private static void applyLine(JsonObject config, String line) {
        String[] parts = line.split("\\s+", 2);
        String instruction = name(line);
        String rest = parts.length == 2 ? parts[1] : "";
        if (!VALID.contains(instruction)) {
            throw new InvalidArgument(parts[0] + " is not a valid change command");
        }
        checkArguments(instruction, rest);
        switch (instruction) {
            case "CMD" -> config.put("Cmd", command(rest));
            case "ENTRYPOINT" -> config.put("Entrypoint", command(rest));
            case "USER" -> config.put("User", expand(config, rest));
            case "WORKDIR" -> config.put("WorkingDir", workingDirectory(config, rest));
            case "STOPSIGNAL" -> config.put("StopSignal", expand(config, rest));
            case "HEALTHCHECK" -> config.put("Healthcheck", HealthcheckLine.parse(rest));
            case "ONBUILD" -> append(config, "OnBuild", trigger(rest));
            case "ENV" -> pairs(config, line).forEach(pair -> setVariable(config, pair));
            case "LABEL" -> pairs(config, line).forEach(pair -> setLabel(config, pair));
            case "EXPOSE" -> words(config, rest).forEach(port -> expose(config, port));
            case "VOLUME" -> volumes(config, rest).forEach(path -> member(config, "Volumes", path));
            default -> throw new IllegalStateException(instruction);
        }
    }

    private static void checkArguments(String instruction, String rest) {
        if (!rest.isEmpty()) {
            return;
        }
        switch (instruction) {
            case "USER", "WORKDIR", "STOPSIGNAL" ->
                    throw new InvalidArgument(instruction + " requires exactly one argument");
            case "ENV", "LABEL", "EXPOSE", "VOLUME", "ONBUILD" ->
                    throw new InvalidArgument(instruction + " requires at least one argument");
            default -> {}
        }
    }

    private static String trigger(String instruction) {
        String name = name(instruction);
        if (name.equals("ONBUILD")) {
            throw new InvalidArgument("Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed");
        }
        if (name.equals("FROM") || name.equals("MAINTAINER")) {
            throw new InvalidArgument(name + " isn't allowed as an ONBUILD trigger");
        }
        return instruction;
    }

    private static String expand(JsonObject config, String text) {
        return DockerfileWords.expand(text, config.strings("Env"));
    }

    private static List<String> words(JsonObject config, String text) {
        return DockerfileWords.split(text, config.strings("Env"));
    }

    /** Relative to the one before. */
    private static String workingDirectory(JsonObject config, String text) {
        Path before = Path.of("/").resolve(config.string("WorkingDir"));
        return before.resolve(expand(config, text)).normalize().toString();
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

    private static List<String> volumes(JsonObject config, String text) {
        return text.startsWith("[") ? command(text) : words(config, text);
    }

    /** A port or a range of them, each of which is kept by itself. */
    private static void expose(JsonObject config, String text) {
        int slash = text.indexOf('/');
        String range = slash < 0 ? text : text.substring(0, slash);
        String given = slash < 0 ? "" : text.substring(slash + 1).toLowerCase(Locale.ROOT);
        String protocol = given.isEmpty() ? "tcp" : given;
        if (!Set.of("tcp", "udp", "sctp").contains(protocol)) {
            throw new InvalidArgument("Invalid proto: " + protocol);
        }
        Matcher ports = PORTS.matcher(range);
        int first = ports.matches() ? Integer.parseInt(ports.group(1)) : -1;
        int last = first < 0 || ports.group(2) == null ? first : Integer.parseInt(ports.group(2));
        if (first < 0 || last < first || last > MAX_PORT) {
            throw new InvalidArgument("Invalid containerPort: " + range);
        }
        for (int port = first; port <= last; port++) {
            member(config, "ExposedPorts", port + "/" + protocol);
        }
    }

    private static void member(JsonObject config, String map, String key) {
        config.put(map, config.object(map).copy().with(key, new JsonObject()));
    }

    private static void append(JsonObject config, String list, String value) {
        List<String> longer = new ArrayList<>(config.strings(list));
        longer.add(value);
        config.put(list, longer);
    }

    /** In the place of the one with that name. */
    private static void setVariable(JsonObject config, String pair) {
        String prefix = pair.substring(0, pair.indexOf('=') + 1);
        List<String> variables = new ArrayList<>(config.strings("Env"));
        variables.replaceAll(variable -> variable.startsWith(prefix) ? pair : variable);
        if (!variables.contains(pair)) {
            variables.add(pair);
        }
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
    private static List<String> pairs(JsonObject config, String line) {
        String[] parts = line.split("\\s+", 2);
        List<String> words = words(config, parts[1]);
        if (words.stream().allMatch(word -> word.indexOf('=') > 0)) {
            return words;
        }
        String[] old = parts[1].split("\\s+", 2);
        if (old.length == 2 && old[0].indexOf('=') < 0) {
            return List.of(old[0] + "=" + expand(config, old[1]));
        }
        throw new InvalidArgument(name(line) + " must have two arguments");
    }
}
