package jong.engine.containers;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import jong.manager.tasks.AttachStreams;
import jong.manager.tasks.Attachment;
import jong.manager.tasks.Task;
import jong.wire.status.StatusException;
import org.jspecify.annotations.Nullable;

/**
 * Where clients attach to a container, also before it is started: they are connected after its
 * process exists and before it runs the first instruction, so that no byte is missed.
 *
 * <p>Guarded by its own monitor. Connecting under it is deliberate: a client that comes during a
 * start is either connected by the start or finds the task.
 */
final class AttachPoint {

    private final List<Waiting> waiting = new ArrayList<>();
    private @Nullable Task task;

    private record Waiting(
            AttachStreams streams, CompletableFuture<Optional<Attachment>> connection) {}

    /** The connection, once there is a process; empty if the start failed. */
    synchronized CompletableFuture<Optional<Attachment>> connect(AttachStreams streams) {
        Task present = task;
        if (present != null) {
            return CompletableFuture.completedFuture(attach(present, streams));
        }
        var future = new CompletableFuture<Optional<Attachment>>();
        waiting.add(new Waiting(streams, future));
        return future;
    }

    /** The client went away before anything started. */
    synchronized void forget(CompletableFuture<Optional<Attachment>> future) {
        future.complete(Optional.empty());
        waiting.removeIf(client -> client.connection().isDone());
    }

    /** The process exists and has not begun: connects all who wait. */
    synchronized void open(Task created) {
        task = created;
        waiting.forEach(client -> client.connection().complete(attach(created, client.streams())));
        waiting.clear();
    }

    /** The process has ended, or was never made: who still waits gets nothing. */
    synchronized void close() {
        task = null;
        waiting.forEach(client -> client.connection().complete(Optional.empty()));
        waiting.clear();
    }

    private static Optional<Attachment> attach(Task task, AttachStreams streams) {
        try {
            return Optional.of(task.attach(streams));
        } catch (StatusException.NotFound | StatusException.Unavailable _) {
            // It ended in this very moment; its output is in the log.
            return Optional.empty();
        }
    }
}
