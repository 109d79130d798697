package jong.cli.container;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import jong.cli.command.Session;
import jong.cli.failure.CommandException;
import jong.cli.flags.FlagException;
import jong.cli.flags.FlagSet;
import jong.wire.json.JsonObject;

/** {@code --env}, {@code --env-file}, {@code --label} and {@code --label-file}. */
final class EnvironmentFlags {

    private EnvironmentFlags() {}

    /**
     * The variables: those of the files first. A name alone takes its value from this program's
     * environment; if it has none, the name alone is sent, which removes it.
     */
    static List<String> read(Session session, FlagSet flags) throws IOException {
        List<String> variables = new ArrayList<>();
        for (String file : flags.all("env-file")) {
            for (String line : lines(file)) {
                int equals = line.indexOf('=');
                String name = equals < 0 ? line : line.substring(0, equals);
                if (name.isEmpty()) {
                    throw new CommandException("no variable name on line '" + line + "'", 125);
                }
                if (name.chars().anyMatch(Character::isWhitespace)) {
                    throw new CommandException(
                            "invalid env file ("
                                    + file
                                    + "): variable '"
                                    + name
                                    + "' contains whitespaces",
                            125);
                }
                if (equals >= 0) {
                    variables.add(line);
                } else if (session.hasVariable(name)) {
                    variables.add(name + "=" + session.variable(name));
                }
            }
        }
        for (String value : flags.all("env")) {
            if (value.startsWith("=") || value.isEmpty()) {
                throw FlagException.invalid(
                        value, flags.spelling("env"), "invalid environment variable: " + value);
            }
            boolean whole = value.indexOf('=') > 0 || !session.hasVariable(value);
            variables.add(whole ? value : value + "=" + session.variable(value));
        }
        return variables;
    }

    /** The labels: those of the files first; a name alone has an empty value. */
    static JsonObject labels(FlagSet flags) throws IOException {
        var labels = new LinkedHashMap<String, String>();
        for (String file : flags.all("label-file")) {
            for (String line : lines(file)) {
                putLabel(labels, line);
            }
        }
        for (String value : flags.all("label")) {
            if (value.startsWith("=") || value.isEmpty()) {
                throw FlagException.invalid(
                        value,
                        flags.spelling("label"),
                        "invalid label '" + value + "': empty name");
            }
            putLabel(labels, value);
        }
        var json = new JsonObject();
        labels.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(entry -> json.put(entry.getKey(), entry.getValue()));
        return json;
    }

    private static void putLabel(Map<String, String> labels, String text) {
        int equals = text.indexOf('=');
        labels.put(
                equals < 0 ? text : text.substring(0, equals),
                equals < 0 ? "" : text.substring(equals + 1));
    }

    private static List<String> lines(String file) throws IOException {
        List<String> lines = new ArrayList<>();
        try {
            for (String line : Files.readAllLines(Path.of(file))) {
                String text = line.stripLeading();
                if (!text.isEmpty() && !text.startsWith("#")) {
                    lines.add(text);
                }
            }
        } catch (NoSuchFileException e) {
            throw new CommandException("open " + file + ": no such file or directory", 125);
        }
        return lines;
    }
}
