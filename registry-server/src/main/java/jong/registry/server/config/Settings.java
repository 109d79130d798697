package jong.registry.server.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jong.wire.json.Json;
import jong.wire.json.JsonException;
import jong.wire.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** The texts of options, wherever they come from: flags before environment before file. */
final class Settings {

    private static final Pattern TIME = Pattern.compile("([0-9]{1,9})(ms|s|m|h|d|)");
    private static final Pattern SIZE = Pattern.compile("([0-9]{1,12})([kmg]?)(i?b)?");

    /** In bytes; manifests are held in memory. */
    private static final long MAX_SIZE = 64 << 20;

    private final Map<String, List<String>> values = new HashMap<>();

    /** Reads flags, environment and the file that one of the two may name. */
    static Settings of(List<String> flags, Map<String, String> environment)
            throws UsageException, IOException {
        var settings = new Settings();
        settings.readFlags(flags);
        for (OptionSpec option : OptionTable.ALL) {
            String text = environment.get(option.variable());
            if (text != null) {
                settings.addBehind(option, List.of(text));
            }
        }
        String file = settings.text("config", "");
        if (!file.isEmpty()) {
            settings.readFile(Path.of(file));
        }
        return settings;
    }

    private void readFlags(List<String> flags) throws UsageException {
        for (int i = 0; i < flags.size(); i++) {
            String flag = flags.get(i);
            int equals = flag.indexOf('=');
            String name = equals < 0 ? flag : flag.substring(0, equals);
            OptionSpec option =
                    OptionTable.find(name.startsWith("--") ? name.substring(2) : "")
                            .orElseThrow(() -> new UsageException("unknown flag: " + name));
            String value;
            if (equals >= 0) {
                value = flag.substring(equals + 1);
            } else if (option.isSwitch()) {
                value = "true";
            } else if (++i < flags.size()) {
                value = flags.get(i);
            } else {
                throw new UsageException("flag needs an argument: " + name);
            }
            List<String> all = values.computeIfAbsent(option.name(), _ -> new ArrayList<>());
            if (!option.repeatable()) {
                all.clear();
            }
            all.add(value);
        }
    }

    private void addBehind(OptionSpec option, List<String> texts) {
        values.putIfAbsent(option.name(), texts);
    }

    private void readFile(Path file) throws UsageException, IOException {
        try {
            JsonObject json = Json.parseObject(Files.readAllBytes(file));
            for (String name : json.keySet()) {
                OptionSpec option =
                        OptionTable.find(name)
                                .filter(known -> !known.name().equals("config"))
                                .orElseThrow(() ->
                                        new UsageException(
                                                "unknown option \"" + name + "\" in " + file));
                addBehind(option, texts(json.get(name)));
            }
        } catch (JsonException e) {
            throw new UsageException("cannot use " + file + ": " + e.getMessage());
        }
    }

    private static List<String> texts(@Nullable Object value) {
        return value instanceof List<?> list
                ? list.stream().map(String::valueOf).toList()
                : List.of(String.valueOf(value));
    }

    boolean has(String name) {
        return values.containsKey(name);
    }

    String text(String name, String fallback) {
        List<String> all = values.get(name);
        return all == null || all.isEmpty() ? fallback : all.getLast();
    }

    List<String> texts(String name) {
        return values.getOrDefault(name, List.of());
    }

    @Nullable Path path(String name) {
        String text = text(name, "");
        return text.isEmpty() ? null : Path.of(text);
    }

    boolean flag(String name) throws UsageException {
        return switch (text(name, "false")) {
            case "true" -> true;
            case "false" -> false;
            default -> throw invalid(name, "neither true nor false");
        };
    }

    /** A time such as {@code 90s}, {@code 15m}, {@code 168h} or {@code 7d}. */
    Duration time(String name, String fallback) throws UsageException {
        Matcher matcher = TIME.matcher(text(name, fallback));
        if (!matcher.matches() || (matcher.group(2).isEmpty() && !matcher.group(1).equals("0"))) {
            throw invalid(name, "not a time such as 90s, 15m, 168h or 7d");
        }
        long number = Long.parseLong(matcher.group(1));
        try {
            return switch (matcher.group(2)) {
                case "ms" -> Duration.ofMillis(number);
                case "m" -> Duration.ofMinutes(number);
                case "h" -> Duration.ofHours(number);
                case "d" -> Duration.ofDays(number);
                default -> Duration.ofSeconds(number);
            };
        } catch (DateTimeException | ArithmeticException _) {
            throw invalid(name, "too long");
        }
    }

    /** A size in bytes such as {@code 4m} or {@code 4MiB}. */
    int size(String name, String fallback) throws UsageException {
        Matcher matcher = SIZE.matcher(text(name, fallback).toLowerCase(Locale.ROOT));
        if (!matcher.matches()) {
            throw invalid(name, "not a size such as 4m");
        }
        int shift =
                switch (matcher.group(2)) {
                    case "k" -> 10;
                    case "m" -> 20;
                    case "g" -> 30;
                    default -> 0;
                };
        long units = Long.parseLong(matcher.group(1));
        if (units < 1 || units > MAX_SIZE >> shift) {
            throw invalid(name, "not between 1 byte and 64 MiB");
        }
        return (int) (units << shift);
    }

    UsageException invalid(String name, String why) {
        return new UsageException(
                "invalid value \"" + text(name, "") + "\" of option " + name + ": " + why);
    }
}
