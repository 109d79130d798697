package jong.engine.containers;

import java.time.Instant;
import java.util.Locale;
import jong.wire.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * Where a container is in its life, at one moment.
 *
 * @param status docker's word for it
 * @param pid of the first process on the host; 0 when there is none
 * @param exitCode of the last run; 0 before the first one ended
 * @param error why the last start failed; empty if it did not
 * @param oomKilled whether the last run was killed for lack of memory
 * @param startedAt when the last run began, or null
 * @param finishedAt when the last run ended, or null
 */
record ContainerState(
        Status status,
        int pid,
        int exitCode,
        String error,
        boolean oomKilled,
        @Nullable Instant startedAt,
        @Nullable Instant finishedAt) {

    /** Docker's states. */
    enum Status {
        CREATED,
        RUNNING,
        PAUSED,
        RESTARTING,
        REMOVING,
        EXITED,
        DEAD;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** A new container's. */
    static final ContainerState CREATED =
            new ContainerState(Status.CREATED, 0, 0, "", false, null, null);

    /** Docker counts a container that waits for its restart as running. */
    boolean running() {
        return status == Status.RUNNING || paused() || restarting();
    }

    boolean paused() {
        return status == Status.PAUSED;
    }

    boolean restarting() {
        return status == Status.RESTARTING;
    }

    ContainerState started(int newPid, Instant at) {
        return new ContainerState(Status.RUNNING, newPid, 0, "", false, at, finishedAt);
    }

    ContainerState failed(int code, String reason) {
        // A container that ran before stays exited; docker shows a new one as created.
        return new ContainerState(status, 0, code, reason, false, startedAt, finishedAt);
    }

    ContainerState ended(Status next, int code, boolean oom, Instant at) {
        return new ContainerState(next, 0, code, "", oom, startedAt, at);
    }

    ContainerState with(Status next) {
        return new ContainerState(next, pid, exitCode, error, oomKilled, startedAt, finishedAt);
    }

    /** As inspect shows it, and as it is stored. */
    JsonObject toJson() {
        return new JsonObject()
                .with("Status", status.word())
                .with("Running", running())
                .with("Paused", paused())
                .with("Restarting", restarting())
                .with("OOMKilled", oomKilled)
                .with("Dead", status == Status.DEAD)
                .with("Pid", pid)
                .with("ExitCode", exitCode)
                .with("Error", error)
                .with("StartedAt", GoTime.format(startedAt))
                .with("FinishedAt", GoTime.format(finishedAt));
    }

    static ContainerState ofJson(JsonObject json) {
        return new ContainerState(
                Status.valueOf(json.string("Status", "created").toUpperCase(Locale.ROOT)),
                (int) json.number("Pid"),
                (int) json.number("ExitCode"),
                json.string("Error"),
                json.flag("OOMKilled"),
                GoTime.parse(json.string("StartedAt")),
                GoTime.parse(json.string("FinishedAt")));
    }
}
