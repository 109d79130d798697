package jong.engine.containers;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException;

/**
 * Probes containers that have a health check, one virtual thread each. What is known of their
 * health is changed under this object's monitor.
 */
final class HealthChecks implements HealthMonitor, AutoCloseable {

    private static final int OUTPUT_LIMIT = 4096;
    private static final int LOGS_KEPT = 5;

    private final EventSink events;
    private final Map<String, Thread> probing = new ConcurrentHashMap<>();

    /** Set once, before the first container starts. */
    private volatile HealthProbe probe =
            (_, _, _, _) -> {
                throw new IllegalStateException("no probe yet");
            };

    HealthChecks(EventSink events) {
        this.events = events;
    }

    void probeWith(HealthProbe runner) {
        probe = runner;
    }

    @Override
    public synchronized void started(Container container) {
        HealthCheck check = HealthCheck.of(container.config());
        if (check != null) {
            container.health(health("starting", 0, container.health().objects("Log")));
            watch(container, check);
        }
    }

    @Override
    public synchronized void resumed(Container container) {
        HealthCheck check = HealthCheck.of(container.config());
        if (check != null) {
            watch(container, check);
        }
    }

    private void watch(Container container, HealthCheck check) {
        Thread thread =
                Thread.ofVirtual()
                        .name("health of " + container.id())
                        .unstarted(() -> probeAgainAndAgain(container, check));
        Thread before = probing.put(container.id(), thread);
        if (before != null) {
            before.interrupt();
        }
        thread.start();
    }

    @Override
    public synchronized void stopped(Container container) {
        Thread thread = probing.remove(container.id());
        if (thread != null) {
            thread.interrupt();
            JsonObject last = container.health();
            container.health(
                    health("unhealthy", last.number("FailingStreak"), last.objects("Log")));
        }
    }

    @Override
    public void close() {
        probing.values().forEach(Thread::interrupt);
    }

    private void probeAgainAndAgain(Container container, HealthCheck check) {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                Thread.sleep(pause(container, check));
                record(container, check, probe(container, check));
            }
        } catch (InterruptedException _) {
            // The container has ended or was paused.
        }
    }

    private static Duration pause(Container container, HealthCheck check) {
        boolean starting = container.health().string("Status").equals("starting");
        return starting && inStartPeriod(container, check, Instant.now())
                ? check.startInterval()
                : check.interval();
    }

    private static boolean inStartPeriod(Container container, HealthCheck check, Instant time) {
        Instant began = container.state().startedAt();
        return began != null && time.isBefore(began.plus(check.startPeriod()));
    }

    /**
     * What a probe was.
     *
     * @param exitCode of the command; -1 if there is none
     */
    private record Result(Instant start, int exitCode, String output) {

        JsonObject toJson() {
            return new JsonObject()
                    .with("Start", GoTime.format(start))
                    .with("End", GoTime.format(Instant.now()))
                    .with("ExitCode", exitCode)
                    .with("Output", output);
        }
    }

    private Result probe(Container container, HealthCheck check) {
        Instant start = Instant.now();
        JsonObject exec =
                new JsonObject()
                        .with("Cmd", check.command())
                        .with("AttachStdout", true)
                        .with("AttachStderr", true);
        try {
            HealthProbe.Outcome outcome =
                    probe.probe(container, exec, check.timeout(), OUTPUT_LIMIT);
            return new Result(start, outcome.exitCode(), output(outcome, check));
        } catch (StatusException | IOException e) {
            return new Result(start, -1, String.valueOf(e.getMessage()));
        }
    }

    private static String output(HealthProbe.Outcome outcome, HealthCheck check) {
        if (outcome.exitCode() >= 0) {
            return outcome.output();
        }
        String text = "Health check exceeded timeout (" + GoTime.length(check.timeout()) + ")";
        return outcome.output().isEmpty() ? text : text + ": " + outcome.output();
    }

    private void record(Container container, HealthCheck check, Result result) {
        String status;
        synchronized (this) {
            if (!Thread.currentThread().equals(probing.get(container.id()))) {
                return;
            }
            JsonObject before = container.health();
            JsonObject after = judge(before, result, container, check);
            container.health(after);
            status = after.string("Status");
            if (status.equals(before.string("Status"))) {
                return;
            }
        }
        String action = "health_status: " + status;
        events.publish("container", action, container.id(), container.attributes());
    }

    private static JsonObject judge(
            JsonObject before, Result result, Container container, HealthCheck check) {
        List<JsonObject> log = new ArrayList<>(before.objects("Log"));
        log.add(result.toJson());
        while (log.size() > LOGS_KEPT) {
            log.removeFirst();
        }
        if (result.exitCode() == 0) {
            return health("healthy", 0, log);
        }
        String status = before.string("Status");
        long streak = before.number("FailingStreak");
        if (status.equals("starting") && inStartPeriod(container, check, result.start())) {
            return health(status, streak, log);
        }
        streak++;
        return health(streak >= check.retries() ? "unhealthy" : status, streak, log);
    }

    private static JsonObject health(String status, long streak, List<JsonObject> log) {
        return new JsonObject()
                .with("Status", status)
                .with("FailingStreak", streak)
                .with("Log", log);
    }
}
