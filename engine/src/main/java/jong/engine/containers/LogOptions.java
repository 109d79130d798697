package jong.engine.containers;

import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import jong.manager.tasks.LogFile;
import jong.wire.json.Json;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException.Internal;
import org.jspecify.annotations.Nullable;

/** What {@code --log-opt} says about a container's log file. */
final class LogOptions {

    private static final String PREFIX =
            "failed to create task for container: failed to initialize logging driver: ";
    private static final Pattern SIZE = Pattern.compile("([0-9]+(?:\\.[0-9]+)?) ?([kmgtp]?)(i?b)?");

    private LogOptions() {}

    /**
     * Where and how the container's output is kept; null with the driver {@code none}.
     *
     * @throws Internal with docker's text if an option has a wrong value
     */
    static @Nullable LogFile of(Container container, Layout layout) {
        if (container.host().logType().equals("none")) {
            return null;
        }
        Map<String, String> options = container.host().logOptions();
        boolean local = container.host().logType().equals("local");
        String size = options.getOrDefault("max-size", local ? "20m" : "");
        String files = options.getOrDefault("max-file", local ? "5" : "1");
        JsonObject attributes = attributes(container, options);
        return new LogFile(
                layout.log(container.id()),
                size.isEmpty() || size.equals("-1") ? 0 : bytes(size),
                count(files),
                attributes.isEmpty() ? "" : Json.write(attributes));
    }

    /** {@code 10m}, {@code 1.5g}: multiples of 1024, as docker reads memory sizes. */
    static long bytes(String text) {
        Matcher matcher = SIZE.matcher(text.toLowerCase(Locale.ROOT));
        if (!matcher.matches()) {
            throw new Internal(PREFIX + "invalid size: '" + text + "'");
        }
        String unit = matcher.group(2);
        int power = unit.isEmpty() ? 0 : "kmgtp".indexOf(unit) + 1;
        return (long) (Double.parseDouble(matcher.group(1)) * Math.pow(1024, power));
    }

    private static int count(String text) {
        int count;
        try {
            count = Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new Internal(
                    PREFIX + "strconv.Atoi: parsing \"" + text + "\": invalid syntax", e);
        }
        if (count < 1) {
            throw new Internal(PREFIX + "max-file cannot be less than 1");
        }
        return count;
    }

    /** Labels and variables that the user wants in each line. */
    private static JsonObject attributes(Container container, Map<String, String> options) {
        var attributes = new JsonObject();
        String labels = options.getOrDefault("labels", "");
        Pattern labelPattern = pattern(options.getOrDefault("labels-regex", ""));
        container
                .config()
                .labels()
                .forEach((key, value) -> {
                    if (wanted(key, labels, labelPattern)) {
                        attributes.put(key, value);
                    }
                });
        String variables = options.getOrDefault("env", "");
        Pattern variablePattern = pattern(options.getOrDefault("env-regex", ""));
        for (String entry : container.config().env()) {
            int equals = entry.indexOf('=');
            if (equals > 0 && wanted(entry.substring(0, equals), variables, variablePattern)) {
                attributes.put(entry.substring(0, equals), entry.substring(equals + 1));
            }
        }
        if (options.containsKey("tag")) {
            attributes.put("tag", tag(options.getOrDefault("tag", ""), container));
        }
        return attributes;
    }

    /** The fields that docker documents; other template language is kept as it is. */
    private static String tag(String template, Container container) {
        return template.replace("{{.ID}}", container.shortId())
                .replace("{{.FullID}}", container.id())
                .replace("{{.Name}}", container.name())
                .replace("{{.ImageName}}", container.config().image())
                .replace("{{.ImageFullID}}", container.imageId());
    }

    private static @Nullable Pattern pattern(String regex) {
        try {
            return regex.isEmpty() ? null : Pattern.compile(regex);
        } catch (PatternSyntaxException e) {
            throw new Internal(PREFIX + "error parsing regexp: " + e.getMessage(), e);
        }
    }

    private static boolean wanted(String key, String list, @Nullable Pattern pattern) {
        for (String name : list.split(",")) {
            if (name.equals(key)) {
                return true;
            }
        }
        return pattern != null && pattern.matcher(key).find();
    }
}
