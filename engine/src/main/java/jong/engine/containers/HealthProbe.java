package jong.engine.containers;

import java.io.IOException;
import java.time.Duration;
import jong.wire.json.JsonObject;

/** Runs the command of a health check in a container; exec sessions can. */
@FunctionalInterface
public interface HealthProbe {

    /**
     * How a probe ended.
     *
     * @param exitCode of the command; -1 if it was given up
     * @param output stdout and stderr; only the beginning, and three dots, if it is too long
     */
    record Outcome(int exitCode, String output) {}

    /**
     * Runs a command and keeps the beginning of its output.
     *
     * @param config the body of {@code POST /containers/{id}/exec}
     * @param limit after which the command is killed
     * @param outputLimit bytes kept
     * @throws jong.wire.status.StatusException if it cannot be executed
     */
    Outcome probe(Container container, JsonObject config, Duration limit, int outputLimit)
            throws IOException;
}
