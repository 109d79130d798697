package jong.engine.exec;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import jong.engine.containers.Container;
import jong.manager.tasks.TaskExec;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException.Conflict;
import org.jspecify.annotations.Nullable;

/** One exec session: created, run at most once, remembered for a while. Guarded by its monitor. */
final class ExecSession {

    private enum Phase {
        CREATED,
        RUNNING,
        ENDED
    }

    private final String id;
    private final Container container;
    private final JsonObject config;
    private final CompletableFuture<TaskExec> process = new CompletableFuture<>();
    private Phase phase = Phase.CREATED;
    private @Nullable Integer exitCode;
    private int pid;
    private @Nullable Instant endedAt;

    ExecSession(String id, Container container, JsonObject config) {
        this.id = id;
        this.container = container;
        this.config = config;
    }

    String id() {
        return id;
    }

    Container container() {
        return container;
    }

    /** The body of its creation. */
    JsonObject config() {
        return config;
    }

    boolean terminal() {
        return config.flag("Tty");
    }

    /** The command as events show it: docker leaves a blank behind the first word. */
    String command() {
        List<String> words = config.strings("Cmd");
        return words.getFirst() + " " + String.join(" ", words.subList(1, words.size()));
    }

    /**
     * Takes the session for a run.
     *
     * @throws Conflict with docker's text if it runs or has run
     */
    synchronized void begin() {
        if (phase != Phase.CREATED) {
            String reason = phase == Phase.RUNNING ? "is already running" : "has already run";
            throw new Conflict("Error: Exec command " + id + " " + reason);
        }
        phase = Phase.RUNNING;
    }

    synchronized void running(TaskExec exec) {
        pid = exec.pid();
        process.complete(exec);
    }

    synchronized void ended(int code) {
        phase = Phase.ENDED;
        exitCode = code;
        endedAt = Instant.now();
    }

    /** The process as soon as it runs. */
    CompletableFuture<TaskExec> process() {
        return process;
    }

    synchronized Optional<Instant> endedAt() {
        return Optional.ofNullable(endedAt);
    }

    /** As docker's inspect shows it. */
    synchronized JsonObject inspect() {
        List<String> words = config.strings("Cmd");
        var command =
                new JsonObject()
                        .with("tty", terminal())
                        .with("entrypoint", words.getFirst())
                        .with("arguments", words.subList(1, words.size()))
                        .with("privileged", config.flag("Privileged"));
        command.withUnlessEmpty("user", config.string("User"));
        byte[] keys = config.string("DetachKeys").getBytes(UTF_8);
        return new JsonObject()
                .with("ID", id)
                .with("Running", phase == Phase.RUNNING)
                .with("ExitCode", exitCode)
                .with("ProcessConfig", command)
                .with("OpenStdin", config.flag("AttachStdin"))
                .with("OpenStderr", config.flag("AttachStderr"))
                .with("OpenStdout", config.flag("AttachStdout"))
                .with("CanRemove", false)
                .with("ContainerID", container.id())
                .with("DetachKeys", Base64.getEncoder().encodeToString(keys))
                .with("Pid", pid);
    }
}
