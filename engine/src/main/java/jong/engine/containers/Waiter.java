package jong.engine.containers;

import java.util.concurrent.CompletableFuture;
import jong.engine.containers.ExitWaiters.Result;
import jong.wire.status.StatusException.InvalidArgument;

/** What a waiting client waits for. */
enum Waiter {
    NOT_RUNNING,
    NEXT_EXIT,
    REMOVED;

    /**
     * Docker's word; empty for {@code not-running}.
     *
     * @throws InvalidArgument with docker's text
     */
    static Waiter parse(String condition) {
        return switch (condition) {
            case "", "not-running" -> NOT_RUNNING;
            case "next-exit" -> NEXT_EXIT;
            case "removed" -> REMOVED;
            default -> throw new InvalidArgument("invalid condition: \"" + condition + "\"");
        };
    }

    /** Completes when it is so; from now on nothing is missed. */
    CompletableFuture<Result> on(Container container) {
        if (this == REMOVED) {
            return container.waiters().removal();
        }
        // Registered before the state is looked at, so that an end in between is not missed.
        CompletableFuture<Result> exit = container.waiters().nextExit();
        ContainerState state = container.state();
        if (this == NOT_RUNNING && !state.running()) {
            container.waiters().forget(exit);
            return CompletableFuture.completedFuture(new Result(state.exitCode(), state.error()));
        }
        return exit;
    }
}
