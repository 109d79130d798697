package jong.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What stays of an engine that is ended by SIGTERM, and what does not. */
@Tag("root")
class ShutdownTest {

    private Engine engine;
    private Cli cli;

    @BeforeEach
    void startEngine() {
        engine = Engine.fresh();
        cli = engine.cli(Client.DOCKER);
        cli.run("load -i", Fixtures.busybox().toString()).succeeded();
    }

    @AfterEach
    void stopEngine() {
        engine.close();
    }

    @Test
    void nothingOfANetworkStaysWhereNoContainerRuns() {
        cli.run("run -d --name web -p 28085:80 busybox sleep 1000").succeeded();
        cli.run("stop -t 0 web").succeeded();
        var network = cli.run("network create apart").succeeded().line();
        var bridge = Path.of("/sys/class/net", "br-" + network.substring(0, 12));
        assertThat(new Leftovers(engine).network()).isNotEmpty();
        assertThat(bridge).exists();
        engine.stop();
        assertThat(new Leftovers(engine).network()).isEmpty();
        assertThat(bridge).doesNotExist();
        engine.start();
        assertThat(bridge).exists();
        cli.run("start web").succeeded();
        assertThat(cli.sh("--network apart", "ip route")).contains("default via");
        cli.run("network rm apart").succeeded();
    }

    @Test
    void bridgeThatWasThereBeforeStays() {
        engine.stop();
        assertThat(new Leftovers(engine).network()).isEmpty();
        Command.of("ip", "link", "add", engine.bridge(), "type", "bridge").run().succeeded();
        try {
            engine.start();
            cli.sh("true");
            engine.stop();
            assertThat(new Leftovers(engine).network())
                    .containsExactly("interface " + engine.bridge());
        } finally {
            Command.of("ip", "link", "delete", engine.bridge()).run().succeeded();
        }
    }

    @Test
    void runningContainerAndItsNetworkStay() throws IOException {
        cli.run("run -d --name steady -p 28086:80 busybox sleep 1000").succeeded();
        var process = Path.of("/proc", Integer.toString(cli.pid("steady")));
        engine.stop();
        assertThat(process).exists();
        try (var members = Files.list(Path.of("/sys/class/net", engine.bridge(), "brif"))) {
            assertThat(members).hasSize(1);
        }
        engine.start();
        assertThat(cli.run("exec steady ip route").succeeded().out()).contains("default via");
    }

    @Test
    void whatAKilledDaemonLeftGoesWithTheNextOne() {
        engine.kill();
        assertThat(new Leftovers(engine).network()).isNotEmpty();
        engine.start();
        engine.stop();
        assertThat(new Leftovers(engine).network()).isEmpty();
    }
}
