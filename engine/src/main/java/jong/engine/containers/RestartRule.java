package jong.engine.containers;

import java.time.Duration;
import jong.api.HostConfig;

/** When a container that ended is started again, and after what time. */
final class RestartRule {

    private static final Duration FIRST_DELAY = Duration.ofMillis(100);
    private static final Duration LONGEST_DELAY = Duration.ofMinutes(1);

    /** A run of this length counts as a success: the delay begins anew. */
    private static final Duration GOOD_RUN = Duration.ofSeconds(10);

    private RestartRule() {}

    /**
     * Whether the policy asks for another start.
     *
     * @param restarts in a row so far
     */
    static boolean restarts(HostConfig host, int exitCode, boolean manuallyStopped, int restarts) {
        if (manuallyStopped) {
            return false;
        }
        return switch (host.restartPolicy()) {
            case "always", "unless-stopped" -> true;
            case "on-failure" ->
                    exitCode != 0
                            && (host.restartMaximum() == 0 || restarts < host.restartMaximum());
            default -> false;
        };
    }

    /** Whether a container that did not run when the daemon came up is started. */
    static boolean startsWithDaemon(HostConfig host, boolean manuallyStopped) {
        return switch (host.restartPolicy()) {
            case "always" -> true;
            case "unless-stopped" -> !manuallyStopped;
            default -> false;
        };
    }

    /** The delay before the next start: 100 ms, doubled each time, up to a minute. */
    static Duration nextDelay(Duration last, Duration run) {
        if (last.isZero() || run.compareTo(GOOD_RUN) >= 0) {
            return FIRST_DELAY;
        }
        Duration doubled = last.multipliedBy(2);
        return doubled.compareTo(LONGEST_DELAY) > 0 ? LONGEST_DELAY : doubled;
    }
}
