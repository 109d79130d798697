package jong.engine.containers;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.BlockingDeque;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.LinkedBlockingQueue;
import jong.api.ContainerConfig;
import jong.api.HostConfig;
import jong.api.NetworkingConfig;
import jong.engine.containers.HealthProbe.Outcome;
import jong.wire.json.Json;
import jong.wire.json.JsonObject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Health as dockerd 26.1.5 shows it. */
class HealthChecksTest {

    private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
    private final BlockingDeque<Outcome> outcomes = new LinkedBlockingDeque<>();
    private final HealthChecks checks = new HealthChecks((_, action, _, _) -> events.add(action));

    HealthChecksTest() {
        checks.probeWith((_, _, _, _) -> nextOutcome());
    }

    private Outcome nextOutcome() {
        try {
            Outcome outcome = outcomes.take();
            if (Thread.currentThread().isInterrupted()) {
                outcomes.addFirst(outcome); // It is meant for the next thread.
            }
            return outcome;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return new Outcome(1, "interrupted");
        }
    }

    @AfterEach
    void close() {
        checks.close();
    }

    @Test
    void failuresInARowMakeUnhealthyAndOneSuccessHealthy() throws Exception {
        Container container = container("'Retries':2");
        checks.started(container);
        assertThat(shown(container)).isEqualTo("starting 0 0");
        outcomes.put(new Outcome(1, "bad"));
        outcomes.put(new Outcome(1, "bad"));
        assertThat(events.take()).isEqualTo("health_status: unhealthy");
        outcomes.put(new Outcome(0, "good"));
        assertThat(events.take()).isEqualTo("health_status: healthy");
        outcomes.put(new Outcome(1, "bad"));
        outcomes.put(new Outcome(1, "bad"));
        assertThat(events.take()).isEqualTo("health_status: unhealthy");
        assertThat(shown(container)).isEqualTo("unhealthy 2 5");
        outcomes.put(new Outcome(0, "good"));
        assertThat(events.take()).isEqualTo("health_status: healthy");
        assertThat(shown(container)).isEqualTo("healthy 0 5");
        assertThat(container.health().objects("Log").getFirst().string("Output")).isEqualTo("bad");
    }

    @Test
    void failuresInTheStartPeriodDoNotCountUntilTheFirstSuccess() throws Exception {
        Container container = container("'Retries':1,'StartPeriod':3600000000000");
        checks.started(container);
        for (int i = 0; i < 4; i++) {
            outcomes.put(new Outcome(1, "not yet"));
        }
        outcomes.put(new Outcome(0, "good"));
        assertThat(events.take()).isEqualTo("health_status: healthy");
        outcomes.put(new Outcome(1, "bad"));
        assertThat(events.take()).isEqualTo("health_status: unhealthy");
        assertThat(shown(container)).isEqualTo("unhealthy 1 5");
    }

    @Test
    void aStopMakesUnhealthyWithoutAnEventAndAStartBeginsAnewButForTheLog() throws Exception {
        Container container = container("'Retries':1");
        checks.started(container);
        outcomes.put(new Outcome(0, "good"));
        assertThat(events.take()).isEqualTo("health_status: healthy");
        checks.stopped(container);
        assertThat(shown(container)).isEqualTo("unhealthy 0 1");
        checks.resumed(container);
        assertThat(shown(container)).isEqualTo("unhealthy 0 1");
        outcomes.put(new Outcome(0, "good"));
        assertThat(events.take()).isEqualTo("health_status: healthy");
        checks.stopped(container);
        checks.started(container);
        assertThat(shown(container)).isEqualTo("starting 0 2");
        assertThat(events).isEmpty();
    }

    @Test
    void aProbeThatTookTooLongIsTold() throws Exception {
        Container container = container("'Retries':1,'Timeout':1500000000");
        checks.started(container);
        outcomes.put(new Outcome(-1, "part"));
        assertThat(events.take()).isEqualTo("health_status: unhealthy");
        JsonObject entry = container.health().objects("Log").getFirst();
        assertThat(entry.number("ExitCode")).isEqualTo(-1);
        assertThat(entry.string("Output")).isEqualTo("Health check exceeded timeout (1.5s): part");
    }

    @Test
    void theCommandIsWordsOrALineForTheShell() {
        assertThat(command("{'Healthcheck':{'Test':['CMD','a','b c']}}"))
                .containsExactly("a", "b c");
        assertThat(command("{'Healthcheck':{'Test':['CMD-SHELL','a b']}}"))
                .containsExactly("/bin/sh", "-c", "a b");
        assertThat(
                        command(
                                "{'Shell':['/bin/ash','-e','-c'],'Healthcheck':{'Test':['CMD-SHELL','a']}}"))
                .containsExactly("/bin/ash", "-e", "-c", "a");
        for (String none : List.of("['NONE']", "[]", "['FOO','x']")) {
            assertThat(HealthCheck.of(config("{'Healthcheck':{'Test':" + none + "}}"))).isNull();
        }
        assertThat(HealthCheck.of(config("{}"))).isNull();
    }

    private static List<String> command(String config) {
        return HealthCheck.of(config(config)).command();
    }

    private static String shown(Container container) {
        JsonObject health = container.health();
        return health.string("Status")
                + " "
                + health.number("FailingStreak")
                + " "
                + health.objects("Log").size();
    }

    private static Container container(String members) {
        String check = "'Test':['CMD','x'],'Interval':1000000,'StartInterval':1000000," + members;
        var container =
                new Container(
                        new Container.Birth(
                                "a".repeat(64),
                                "probed",
                                Instant.now(),
                                "",
                                config("{'Healthcheck':{" + check + "}}"),
                                new HostConfig(new JsonObject()),
                                new NetworkingConfig(new JsonObject()),
                                List.of("sleep")));
        container.state(ContainerState.CREATED.started(1, Instant.now()));
        return container;
    }

    private static ContainerConfig config(String json) {
        return new ContainerConfig(Json.parseObject(json.replace('\'', '"')));
    }
}
