package jong.engine.containers;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Those who wait for the end or the removal of one container.
 *
 * <p>Safe for several threads; guarded by its own monitor, nothing is waited for under it.
 */
final class ExitWaiters {

    /**
     * What a waiting client is told.
     *
     * @param exitCode of the container
     * @param error why the last start failed; empty if it did not
     */
    record Result(int exitCode, String error) {}

    private final List<CompletableFuture<Result>> exits = new ArrayList<>();
    private final CompletableFuture<Result> removal = new CompletableFuture<>();

    /** Completes when the container stops for good next time, or is removed. */
    synchronized CompletableFuture<Result> nextExit() {
        if (removal.isDone()) {
            return removal;
        }
        var future = new CompletableFuture<Result>();
        exits.add(future);
        return future;
    }

    /** Nobody waits there any more. */
    synchronized void forget(CompletableFuture<Result> future) {
        future.cancel(false);
        exits.removeIf(CompletableFuture::isDone);
    }

    /** Completes when the container is gone. */
    CompletableFuture<Result> removal() {
        return removal.copy();
    }

    void stopped(int exitCode) {
        stopped(exitCode, "");
    }

    /** It stopped for good because it could not be started again. */
    void stopped(int exitCode, String error) {
        take().forEach(future -> future.complete(new Result(exitCode, error)));
    }

    void removed(int exitCode) {
        removal.complete(new Result(exitCode, ""));
        stopped(exitCode);
    }

    private synchronized List<CompletableFuture<Result>> take() {
        List<CompletableFuture<Result>> waiting = List.copyOf(exits);
        exits.clear();
        return waiting;
    }
}
