package jong.dist;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Health checks, as a client configures and sees them. */
@BlackBox
class HealthTest {

    private static final String STATUS = "{{.State.Health.Status}}";

    private final Cli cli;

    HealthTest(Client client, Engine engine) {
        cli = engine.cli(client);
    }

    @Test
    void healthFollowsTheCommandAndIsShownEverywhere() throws Exception {
        var id =
                cli.run(
                                "run",
                                "-d",
                                "--name",
                                "probed",
                                "--health-cmd",
                                "echo seen; test -e /well",
                                "--health-interval",
                                "200ms",
                                "--health-retries",
                                "2",
                                "busybox",
                                "sleep",
                                "1000")
                        .succeeded()
                        .line();
        awaitStatus("unhealthy");
        assertThat(cli.run("ps", "--format", "{{.Status}}").line()).endsWith(" (unhealthy)");
        cli.run("exec probed touch /well").succeeded();
        awaitStatus("healthy");
        assertThat(cli.run("ps", "--format", "{{.Status}}").line()).endsWith(" (healthy)");
        assertThat(cli.run("ps -q --filter health=healthy").lines()).hasSize(1);
        assertThat(cli.run("ps -q --filter health=unhealthy").lines()).isEmpty();
        assertThat(cli.inspect("probed", "{{(index .State.Health.Log 0).Output}}"))
                .isEqualTo("seen");
        assertThat(cli.inspect("probed", "{{.State.Health.FailingStreak}}")).isEqualTo("0");
        var events =
                cli.run(
                        "events",
                        "--since",
                        "1m",
                        // Rounded down to a second, which therefore has to end first.
                        "--until=-1s",
                        "--filter",
                        "container=" + id,
                        "--filter",
                        "event=health_status",
                        "--format",
                        "{{.Action}}");
        assertThat(events.succeeded().lines())
                .containsExactly("health_status: unhealthy", "health_status: healthy");
        cli.run("pause probed").succeeded();
        assertThat(cli.inspect("probed", STATUS)).isEqualTo("unhealthy");
        cli.run("unpause probed").succeeded();
        awaitStatus("healthy");
        cli.run("restart -t 0 probed").succeeded();
        awaitStatus("healthy");
    }

    @Test
    void aProbeThatTakesTooLongIsKilled() throws Exception {
        cli.run(
                        "run",
                        "-d",
                        "--name",
                        "probed",
                        "--health-cmd",
                        "echo part; sleep 600",
                        "--health-interval",
                        "200ms",
                        "--health-timeout",
                        "300ms",
                        "--health-retries",
                        "1",
                        "busybox",
                        "sleep",
                        "1000")
                .succeeded();
        awaitStatus("unhealthy");
        assertThat(cli.inspect("probed", "{{(index .State.Health.Log 0).Output}}"))
                .isEqualTo("Health check exceeded timeout (300ms): part");
        assertThat(cli.inspect("probed", "{{(index .State.Health.Log 0).ExitCode}}"))
                .isEqualTo("-1");
    }

    @Test
    void withoutAHealthCheckNothingIsShown() {
        cli.run("run -d --name plain --no-healthcheck busybox sleep 1000").succeeded();
        assertThat(cli.inspect("plain", "{{json .State}}")).doesNotContain("Health");
        assertThat(cli.inspect("plain", "{{json .Config.Healthcheck.Test}}"))
                .isEqualTo("[\"NONE\"]");
        assertThat(cli.run("ps", "--format", "{{.Status}}").line()).doesNotContain("(");
    }

    private void awaitStatus(String status) throws InterruptedException {
        while (!cli.inspect("probed", STATUS).equals(status)) {
            Thread.sleep(50);
        }
    }
}
