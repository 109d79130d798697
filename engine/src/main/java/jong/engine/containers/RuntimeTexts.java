package jong.engine.containers;

import jong.wire.status.StatusException;

/** Failures of the runtime in docker's words, for the exec package. */
public final class RuntimeTexts {

    private RuntimeTexts() {}

    /** What docker says when the runtime refused an exec session for that reason. */
    public static StatusException ofExec(StatusException cause) {
        String message = cause.getMessage();
        return StartFailure.ofExec(message == null ? cause.toString() : message).toException(cause);
    }
}
