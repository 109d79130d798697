package jong.engine.images;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import jong.wire.json.Json;
import jong.wire.json.JsonException;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException.InvalidArgument;

/** The instruction {@code HEALTHCHECK [OPTIONS] CMD …} or {@code HEALTHCHECK NONE}. */
final class HealthcheckLine {

    private static final Pattern FLAG = Pattern.compile("--([^=\\s]+)=(\\S+)\\s*");
    private static final Pattern PART = Pattern.compile("([0-9]+(?:\\.[0-9]+)?)(ns|us|ms|s|m|h)");
    private static final Map<String, Long> NANOS =
            Map.of(
                    "ns", 1L,
                    "us", 1_000L,
                    "ms", 1_000_000L,
                    "s", 1_000_000_000L,
                    "m", 60_000_000_000L,
                    "h", 3_600_000_000_000L);
    private static final Map<String, String> DURATIONS =
            Map.of(
                    "interval", "Interval",
                    "timeout", "Timeout",
                    "start-period", "StartPeriod",
                    "start-interval", "StartInterval");

    private HealthcheckLine() {}

    /**
     * Reads what follows {@code HEALTHCHECK}.
     *
     * @return the {@code Healthcheck} of a configuration
     * @throws InvalidArgument with docker's text
     */
    static JsonObject parse(String text) {
        var check = new JsonObject();
        String rest = text;
        for (var flag = FLAG.matcher(rest); flag.lookingAt(); flag = FLAG.matcher(rest)) {
            option(check, flag.group(1), flag.group(2));
            rest = rest.substring(flag.end());
        }
        String[] parts = rest.split("\\s+", 2);
        String command = parts.length == 2 ? parts[1] : "";
        return switch (parts[0].toUpperCase(java.util.Locale.ROOT)) {
            case "" -> throw new InvalidArgument("HEALTHCHECK requires at least one argument");
            case "NONE" -> {
                if (!command.isEmpty()) {
                    throw new InvalidArgument("HEALTHCHECK NONE takes no arguments");
                }
                yield new JsonObject().with("Test", List.of("NONE"));
            }
            case "CMD" -> check.with("Test", test(command));
            default ->
                    throw new InvalidArgument(
                            "Unknown type \"" + parts[0] + "\" in HEALTHCHECK (try CMD)");
        };
    }

    private static void option(JsonObject check, String name, String value) {
        String member = DURATIONS.get(name);
        if (member != null) {
            check.put(member, nanos(value));
        } else if (name.equals("retries")) {
            check.put("Retries", retries(value));
        } else {
            throw new InvalidArgument("unknown flag: --" + name);
        }
    }

    private static long retries(String text) {
        try {
            return Integer.parseUnsignedInt(text);
        } catch (NumberFormatException e) {
            throw new InvalidArgument(
                    "strconv.ParseInt: parsing \"" + text + "\": invalid syntax", e);
        }
    }

    /** Nanoseconds of a length of time such as {@code 1m30s}. */
    private static long nanos(String text) {
        var total = BigDecimal.ZERO;
        int end = 0;
        for (var part = PART.matcher(text); part.find() && part.start() == end; end = part.end()) {
            var unit = BigDecimal.valueOf(NANOS.getOrDefault(part.group(2), 0L));
            total = total.add(new BigDecimal(part.group(1)).multiply(unit));
        }
        if (end == 0 || end < text.length()) {
            throw new InvalidArgument("time: invalid duration \"" + text + "\"");
        }
        return total.longValue();
    }

    private static List<String> test(String command) {
        if (command.isEmpty()) {
            throw new InvalidArgument("Missing command after HEALTHCHECK CMD");
        }
        if (command.startsWith("[")) {
            try {
                var words = new java.util.ArrayList<>(List.of("CMD"));
                words.addAll(new JsonObject().with("v", Json.parse(command)).strings("v"));
                return words;
            } catch (JsonException _) {
                // Docker takes a malformed list for a command line.
            }
        }
        return List.of("CMD-SHELL", command);
    }
}
