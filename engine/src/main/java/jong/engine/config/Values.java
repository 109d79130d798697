package jong.engine.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import jong.engine.config.OptionSpec.Kind;
import jong.wire.json.Json;
import jong.wire.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** Values of options: checked, and brought from JSON into the form of the command line. */
final class Values {

    private static final Set<String> TRUE = Set.of("1", "t", "T", "TRUE", "true", "True");
    private static final Set<String> FALSE = Set.of("0", "f", "F", "FALSE", "false", "False");

    private Values() {}

    /** What is wrong with a value of that kind, in Go's words; nothing if it is right. */
    static Optional<String> problem(Kind kind, String value) {
        return switch (kind) {
            case BOOL ->
                    TRUE.contains(value) || FALSE.contains(value)
                            ? Optional.empty()
                            : Optional.of(
                                    "strconv.ParseBool: parsing \"" + value + "\": invalid syntax");
            case INT ->
                    value.matches("-?[0-9]{1,18}")
                            ? Optional.empty()
                            : Optional.of(
                                    "strconv.ParseInt: parsing \"" + value + "\": invalid syntax");
            case MAP ->
                    value.indexOf('=') > 0
                            ? Optional.empty()
                            : Optional.of("invalid value, expected name=value");
            case STRING, LIST, OBJECT -> Optional.empty();
        };
    }

    static boolean isTrue(String value) {
        return TRUE.contains(value);
    }

    /**
     * The texts that would stand on the command line for a member of the configuration file.
     *
     * @throws UsageException if the member has the wrong type
     */
    static List<String> fromJson(OptionSpec option, @Nullable Object value) {
        boolean fits =
                switch (option.kind()) {
                    case BOOL -> value instanceof Boolean;
                    case INT -> value instanceof Long;
                    case STRING -> value instanceof String || value instanceof Long;
                    case LIST -> value instanceof List || value instanceof JsonObject;
                    case MAP -> value instanceof JsonObject;
                    case OBJECT -> true;
                };
        if (!fits) {
            String got = Json.write(value);
            throw new UsageException(
                    1,
                    "invalid value for "
                            + option.key()
                            + ": "
                            + got
                            + " is not a "
                            + option.kind().name().toLowerCase(Locale.ROOT));
        }
        return switch (value) {
            case List<?> list -> list.stream().map(Values::element).toList();
            case JsonObject map when option.kind() == Kind.MAP -> pairs(map);
            case null, default -> List.of(text(value));
        };
    }

    private static List<String> pairs(JsonObject map) {
        List<String> pairs = new ArrayList<>();
        for (String key : map.keySet()) {
            Object value = map.get(key);
            // A ulimit: {"Name": "nofile", "Soft": 1024, "Hard": 2048}.
            pairs.add(
                    value instanceof JsonObject limit
                            ? key + "=" + limit.number("Soft") + ":" + limit.number("Hard")
                            : key + "=" + text(value));
        }
        return pairs;
    }

    /** An address pool is an object in the file, and {@code base=…,size=…} as a flag. */
    private static String element(@Nullable Object value) {
        return value instanceof JsonObject members ? String.join(",", pairs(members)) : text(value);
    }

    private static String text(@Nullable Object value) {
        return value instanceof String text ? text : Json.write(value);
    }
}
