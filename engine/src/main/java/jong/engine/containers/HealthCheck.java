package jong.engine.containers;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import jong.api.ContainerConfig;
import jong.wire.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * How a container is to be probed, with docker's defaults.
 *
 * @param command what is run in it
 * @param interval from one probe to the next, and before the first
 * @param startInterval the same, while the container starts
 * @param startPeriod how long after the start failures do not count
 * @param timeout after which a probe is given up
 * @param retries failures in a row that make it unhealthy
 */
record HealthCheck(
        List<String> command,
        Duration interval,
        Duration startInterval,
        Duration startPeriod,
        Duration timeout,
        int retries) {

    private static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(30);
    private static final Duration DEFAULT_START_INTERVAL = Duration.ofSeconds(5);
    private static final int DEFAULT_RETRIES = 3;

    HealthCheck {
        command = List.copyOf(command);
    }

    /** The check of a container; null if it has none, or of a kind that docker passes over. */
    static @Nullable HealthCheck of(ContainerConfig config) {
        JsonObject check = config.json().object("Healthcheck");
        List<String> test = check.strings("Test");
        if (test.isEmpty()) {
            return null;
        }
        List<String> command = new ArrayList<>();
        switch (test.getFirst()) {
            case "CMD" -> {}
            case "CMD-SHELL" -> command.addAll(shell(config));
            default -> {
                return null;
            }
        }
        command.addAll(test.subList(1, test.size()));
        int retries = (int) check.number("Retries");
        return new HealthCheck(
                command,
                duration(check, "Interval", DEFAULT_INTERVAL),
                duration(check, "StartInterval", DEFAULT_START_INTERVAL),
                duration(check, "StartPeriod", Duration.ZERO),
                duration(check, "Timeout", DEFAULT_INTERVAL),
                retries == 0 ? DEFAULT_RETRIES : retries);
    }

    private static List<String> shell(ContainerConfig config) {
        List<String> own = config.json().strings("Shell");
        return own.isEmpty() ? List.of("/bin/sh", "-c") : own;
    }

    private static Duration duration(JsonObject check, String name, Duration fallback) {
        long nanos = check.number(name);
        return nanos == 0 ? fallback : Duration.ofNanos(nanos);
    }
}
