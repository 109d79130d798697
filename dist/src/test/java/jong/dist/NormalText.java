package jong.dist;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import jong.wire.json.Json;
import jong.wire.json.JsonException;
import jong.wire.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** What commands say, without what differs from one run to the next: IDs, times, places. */
final class NormalText {

    /** At the end of a command: its output is JSON, of which the facts are told, one a line. */
    static final String FACTS = " | facts";

    /** Members that tell of the machine, or the same once more. */
    private static final Set<String> LEFT_OUT = Set.of("GraphDriver", "Container", "Raw");

    private final Map<Pattern, String> replacements = new LinkedHashMap<>();

    NormalText(Path work, String registry, String version) {
        literal(work.toString(), "WORK");
        literal(registry, "REGISTRY");
        literal(version, "VERSION");
        pattern("sha256:[0-9a-f]{64}", "sha256:DIGEST");
        pattern("\\b[0-9a-f]{64}\\b", "DIGEST");
        pattern("\\b[0-9a-f]{12}\\b", "SHORTID");
        String clock = "\\d{4}-\\d\\d-\\d\\d[T ]\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?";
        pattern(clock + "(Z| \\+0000 UTC|[+-]\\d\\d:\\d\\d)", "TIME");
        String unit = "(second|minute|hour|day|week|month|year)s?";
        pattern("(About an? |Less than a |\\d+ )" + unit + " ago", "AGO");
        pattern("\\b1\\d{9}\\b", "EPOCH");
        pattern("(size\"?: )\\d+", "$1SIZE"); // Of documents that tell times.
        pattern("(?<=\\S) {2,}", "  "); // Columns are as wide as what was replaced.
    }

    private void literal(String text, String name) {
        pattern(Pattern.quote(text), name);
    }

    private void pattern(String regex, String name) {
        replacements.put(Pattern.compile(regex), name);
    }

    /** What the shell runs of a command. */
    String script(String command) {
        return command.endsWith(FACTS)
                ? command.substring(0, command.length() - FACTS.length())
                : command;
    }

    /** What a command said, as {@link Comparison} has it. */
    List<String> lines(String command, Result result) {
        List<String> lines = new ArrayList<>();
        String out = command.endsWith(FACTS) ? facts(result.out()) : result.out();
        normal(out).lines().forEach(line -> lines.add(("> " + line).strip()));
        normal(result.err()).lines().forEach(line -> lines.add(("! " + line).strip()));
        if (result.status() != 0) {
            lines.add("= " + result.status());
        }
        return lines;
    }

    private String normal(String text) {
        String normal = text.replace("\r", "\\r").replace("\0", "\\0").replace("\t", "\\t");
        for (Map.Entry<Pattern, String> each : replacements.entrySet()) {
            normal = each.getKey().matcher(normal).replaceAll(each.getValue());
        }
        return normal;
    }

    private static String facts(String json) {
        var told = new StringBuilder();
        try {
            tell("", Json.parse(json), told);
        } catch (JsonException e) {
            return json;
        }
        return told.toString();
    }

    /** Members in order, without those that say nothing. */
    private static void tell(String path, @Nullable Object value, StringBuilder told) {
        switch (value) {
            case JsonObject object ->
                    new TreeMap<>(object)
                            .forEach((name, member) -> {
                                if (!LEFT_OUT.contains(name)) {
                                    tell(path.isEmpty() ? name : path + "." + name, member, told);
                                }
                            });
            case List<?> list -> {
                for (int i = 0; i < list.size(); i++) {
                    tell(path + "[" + i + "]", list.get(i), told);
                }
            }
            case null -> {}
            default -> {
                String text = Json.write(value);
                if (!Set.of("\"\"", "0", "false").contains(text)) {
                    told.append(path).append(": ").append(text).append('\n');
                }
            }
        }
    }
}
