package jong.engine.containers;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import jong.engine.containers.ContainerState.Status;
import jong.wire.status.StatusException.InvalidArgument;
import jong.wire.status.StatusException.NotFound;

/**
 * Starts containers with the daemon, as their restart policies want it: all at once, but for those
 * that need others. These wait until the others were started, or could not be.
 */
final class DaemonStart {

    private static final Logger LOG = System.getLogger(DaemonStart.class.getName());
    private static final String CONTAINER = "container:";

    /** How long one waits for all that it needs; dockerd gives up after 5 seconds. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final ContainerStore store;
    private final Lifecycle lifecycle;

    DaemonStart(ContainerStore store, Lifecycle lifecycle) {
        this.store = store;
        this.lifecycle = lifecycle;
    }

    /** Begins to start them; does not wait until they are. */
    void begin() {
        Map<Container, CountDownLatch> starting = new LinkedHashMap<>();
        store.all().stream()
                .filter(DaemonStart::isWanted)
                .forEach(container -> starting.put(container, new CountDownLatch(1)));
        starting.forEach((container, tried) -> {
            List<CountDownLatch> needed = new ArrayList<>();
            for (Container other : needs(container)) {
                CountDownLatch latch = starting.get(other);
                if (latch != null) {
                    needed.add(latch);
                }
            }
            ContainerState seen = container.state();
            Thread.ofVirtual().start(() -> start(container, seen, needed, tried));
        });
    }

    private static boolean isWanted(Container container) {
        return container.state().restarting()
                || (container.state().status() == Status.EXITED
                        && RestartRule.startsWithDaemon(
                                container.host(), container.manuallyStopped()));
    }

    /** Those that it is linked to, and whose namespaces it joins. */
    private List<Container> needs(Container container) {
        var host = container.host();
        Stream<String> joined =
                Stream.of(host.networkMode(), host.ipcMode(), host.pidMode())
                        .filter(mode -> mode.startsWith(CONTAINER))
                        .map(mode -> mode.substring(CONTAINER.length()));
        Stream<String> linked = Links.of(container).stream().map(Link::target);
        return Stream.concat(joined, linked).flatMap(this::find).toList();
    }

    private Stream<Container> find(String name) {
        try {
            return Stream.of(store.get(name));
        } catch (NotFound | InvalidArgument _) {
            return Stream.of(); // The start will say so.
        }
    }

    /** What a user does with it while it waits counts, not what was seen before. */
    private void start(
            Container container,
            ContainerState seen,
            List<CountDownLatch> needed,
            CountDownLatch tried) {
        try {
            await(needed);
            if (seen.restarting()) {
                lifecycle.restart(container);
            } else {
                lifecycle.startIfStill(seen, container);
            }
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, "cannot start container " + container.id(), e);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            tried.countDown();
        }
    }

    private static void await(List<CountDownLatch> needed) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        for (CountDownLatch latch : needed) {
            if (!latch.await(end - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                return; // Two that need each other, or a start that hangs.
            }
        }
    }
}
