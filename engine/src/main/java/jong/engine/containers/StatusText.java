package jong.engine.containers;

import java.time.Duration;
import java.time.Instant;

/** Docker's sentence about a container's state: {@code Up 5 seconds}. */
final class StatusText {

    private StatusText() {}

    static String of(ContainerState state, String health, Instant now) {
        return switch (state.status()) {
            case RUNNING -> "Up " + since(state.startedAt(), now) + healthSuffix(health);
            case PAUSED -> "Up " + since(state.startedAt(), now) + " (Paused)";
            case RESTARTING ->
                    "Restarting ("
                            + state.exitCode()
                            + ") "
                            + since(state.finishedAt(), now)
                            + " ago";
            case REMOVING -> "Removal In Progress";
            case DEAD -> "Dead";
            case CREATED -> "Created";
            case EXITED ->
                    state.startedAt() == null
                            ? "Created"
                            : "Exited ("
                                    + state.exitCode()
                                    + ") "
                                    + since(state.finishedAt(), now)
                                    + " ago";
        };
    }

    private static String healthSuffix(String health) {
        return switch (health) {
            case "" -> "";
            case "starting" -> " (health: starting)";
            default -> " (" + health + ")";
        };
    }

    private static String since(@org.jspecify.annotations.Nullable Instant from, Instant now) {
        return human(Duration.between(from == null ? now : from, now));
    }

    /** A rough duration for people, in docker's words (go-units). */
    static String human(Duration duration) {
        long seconds = duration.toSeconds();
        if (seconds < 1) {
            return "Less than a second";
        }
        if (seconds == 1) {
            return "1 second";
        }
        if (seconds < 60) {
            return seconds + " seconds";
        }
        long minutes = duration.toMinutes();
        if (minutes == 1) {
            return "About a minute";
        }
        if (minutes < 60) {
            return minutes + " minutes";
        }
        long hours = Math.round(duration.toMillis() / 3_600_000.0);
        if (hours == 1) {
            return "About an hour";
        }
        if (hours < 48) {
            return hours + " hours";
        }
        if (hours < 24 * 7 * 2) {
            return hours / 24 + " days";
        }
        if (hours < 24 * 30 * 2) {
            return hours / 24 / 7 + " weeks";
        }
        if (hours < 24 * 365 * 2) {
            return hours / 24 / 30 + " months";
        }
        return hours / 24 / 365 + " years";
    }
}
