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

/** Probes containers that have a health check, one virtual thread each. */
final class HealthChecks implements HealthMonitor, AutoCloseable {

    private static final int OUTPUT_LIMIT = 4096;
    private static final int LOGS_KEPT = 5;
    private static final long DEFAULT_NANOS = Duration.ofSeconds(30).toNanos();
    private static final long DEFAULT_START_INTERVAL = Duration.ofSeconds(5).toNanos();
    private static final long DEFAULT_RETRIES = 3;

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
    public void started(Container container) {
        JsonObject check = container.config().json().object("Healthcheck");
        List<String> test = check.strings("Test");
        if (test.isEmpty() || test.getFirst().equals("NONE")) {
            return;
        }
        stopped(container);
        if (!container.health().has("Status") || container.health().string("Status").isEmpty()) {
            container.health(health("starting", 0, List.of()));
        }
        Thread thread =
                Thread.ofVirtual()
                        .name("health of " + container.id())
                        .unstarted(() -> probeAgainAndAgain(container, check));
        probing.put(container.id(), thread);
        thread.start();
    }

    @Override
    public void stopped(Container container) {
        Thread thread = probing.remove(container.id());
        if (thread != null) {
            thread.interrupt();
        }
    }

    @Override
    public void close() {
        probing.values().forEach(Thread::interrupt);
    }

    private void probeAgainAndAgain(Container container, JsonObject check) {
        Instant began = Instant.now();
        try {
            while (!Thread.currentThread().isInterrupted()) {
                Thread.sleep(pause(container, check, began));
                probe(container, check, began);
            }
        } catch (InterruptedException _) {
            // The container has ended or was paused.
        }
    }

    private static Duration pause(Container container, JsonObject check, Instant began) {
        boolean starting =
                inStartPeriod(check, began)
                        && container.health().string("Status").equals("starting");
        return Duration.ofNanos(
                starting
                        ? nanos(check, "StartInterval", DEFAULT_START_INTERVAL)
                        : nanos(check, "Interval", DEFAULT_NANOS));
    }

    private static boolean inStartPeriod(JsonObject check, Instant began) {
        long period = check.number("StartPeriod");
        return Instant.now().isBefore(began.plusNanos(period));
    }

    private static long nanos(JsonObject check, String name, long fallback) {
        long value = check.number(name);
        return value == 0 ? fallback : value;
    }

    private void probe(Container container, JsonObject check, Instant began) {
        Instant start = Instant.now();
        Duration limit = Duration.ofNanos(nanos(check, "Timeout", DEFAULT_NANOS));
        int code;
        String output;
        try {
            HealthProbe.Outcome outcome =
                    probe.probe(container, command(check), limit, OUTPUT_LIMIT);
            code = outcome.exitCode();
            output =
                    code < 0
                            ? "Health check exceeded timeout (" + limit.toSeconds() + "s)"
                            : outcome.output();
        } catch (StatusException.Conflict _) {
            return;
        } catch (StatusException | IOException e) {
            code = -1;
            output = String.valueOf(e.getMessage());
        }
        if (Thread.currentThread().isInterrupted()) {
            return;
        }
        var entry =
                new JsonObject()
                        .with("Start", GoTime.format(start))
                        .with("End", GoTime.format(Instant.now()))
                        .with("ExitCode", code)
                        .with("Output", output);
        record(container, check, entry, inStartPeriod(check, began));
    }

    /** {@code CMD} words, or {@code CMD-SHELL} one line for a shell. */
    private static JsonObject command(JsonObject check) {
        List<String> test = check.strings("Test");
        List<String> rest = test.subList(1, test.size());
        List<String> words = new ArrayList<>();
        if (test.getFirst().equals("CMD-SHELL")) {
            words.addAll(List.of("/bin/sh", "-c"));
        }
        words.addAll(rest);
        return new JsonObject()
                .with("Cmd", words)
                .with("AttachStdout", true)
                .with("AttachStderr", true);
    }

    private void record(Container container, JsonObject check, JsonObject entry, boolean starting) {
        JsonObject before = container.health();
        List<JsonObject> log = new ArrayList<>(before.objects("Log"));
        log.add(entry);
        while (log.size() > LOGS_KEPT) {
            log.removeFirst();
        }
        String old = before.string("Status");
        String status = old;
        long streak = before.number("FailingStreak");
        if (entry.number("ExitCode") == 0) {
            streak = 0;
            status = "healthy";
        } else if (!starting || !old.equals("starting")) {
            streak++;
            long retries = check.number("Retries");
            status = streak >= (retries == 0 ? DEFAULT_RETRIES : retries) ? "unhealthy" : old;
        }
        container.health(health(status, streak, log));
        if (!status.equals(old)) {
            String action = "health_status: " + status;
            events.publish("container", action, container.id(), container.attributes());
        }
    }

    private static JsonObject health(String status, long streak, List<JsonObject> log) {
        return new JsonObject()
                .with("Status", status)
                .with("FailingStreak", streak)
                .with("Log", log);
    }
}
