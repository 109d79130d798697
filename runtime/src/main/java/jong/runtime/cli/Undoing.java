package jong.runtime.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import jong.wire.status.StatusException;

/** The steps back from a container that could not be made. */
final class Undoing {

    /** A step back. */
    interface Step {
        void run() throws IOException;
    }

    private final Log log;
    private final List<Step> steps = new ArrayList<>();

    Undoing(Log log) {
        this.log = log;
    }

    /** What is to be done before all that was to be done so far. */
    void first(Step step) {
        steps.addFirst(step);
    }

    /** What fails here is told beside the error that brought us here. */
    void run(Exception cause) {
        for (Step step : steps) {
            try {
                step.run();
            } catch (IOException | StatusException e) {
                log.warning("cleaning up: " + e.getMessage());
                cause.addSuppressed(e);
            }
        }
    }
}
