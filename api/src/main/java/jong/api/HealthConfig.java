package jong.api;

import java.util.List;
import jong.wire.json.JsonObject;

/**
 * How a container's health is probed. Durations are nanoseconds; 0 means the image's or default.
 *
 * @param json the object as sent, with members that Jong does not know too
 */
public record HealthConfig(JsonObject json) {

    /** {@code [NONE]}, {@code [CMD, …]}, {@code [CMD-SHELL, line]}; empty means the image's. */
    public List<String> test() {
        return json.strings("Test");
    }

    /** Time between two probes; default 30 s. */
    public long intervalNanos() {
        return json.number("Interval");
    }

    /** Time after which a probe has failed; default 30 s. */
    public long timeoutNanos() {
        return json.number("Timeout");
    }

    /** Time in which failures do not count; default 0. */
    public long startPeriodNanos() {
        return json.number("StartPeriod");
    }

    /** Time between two probes in the start period; default 5 s. */
    public long startIntervalNanos() {
        return json.number("StartInterval");
    }

    /** Failures in a row that make the container unhealthy; default 3. */
    public long retries() {
        return json.number("Retries");
    }
}
