package jong.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/**
 * Many containers with addresses, names and ports, made and removed at once while the daemon is
 * killed: nothing is handed out twice and nothing stays. How many: {@code jong.test.crowd}.
 */
@Tag("root")
@DisabledIfSystemProperty(named = "jong.test.peer", matches = ".+")
class NetworkCrowdTest {

    private static final int CROWD = Integer.getInteger("jong.test.crowd", 48);
    private static final int AT_ONCE = 8;
    private static final int KILLS = 3;
    private static final int TRIES = 300;

    private final long seed = Long.getLong("jong.test.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private Engine engine;
    private Cli cli;

    @BeforeEach
    void startEngine() {
        engine = Engine.fresh();
        cli = engine.cli(Client.DOCKER);
        cli.run("load -i", Fixtures.busybox().toString()).succeeded();
        cli.run("network create crowd").succeeded();
    }

    @AfterEach
    void stopEngine() {
        engine.close();
    }

    @Test
    void nothingIsHandedOutTwiceAndNothingStays() throws Exception {
        whileTheDaemonDies(this::start);
        List<String> ids = cli.run("ps -q").succeeded().lines();
        assertThat(ids).as("seed %d", seed).hasSize(CROWD);
        assertDistinct("{{.NetworkSettings.Networks.bridge.IPAddress}}");
        assertDistinct("{{.NetworkSettings.Networks.crowd.IPAddress}}");
        assertDistinct("{{(index (index .NetworkSettings.Ports \"80/tcp\") 0).HostPort}}");
        assertThat(ports()).hasSize(CROWD);
        assertTrueInside();

        whileTheDaemonDies(this::remove);
        assertThat(cli.run("ps -aq").succeeded().lines()).isEmpty();
        cli.run("network rm crowd").succeeded();
        assertThat(ports()).isEmpty();
        assertThat(published()).isEmpty();
    }

    /** Does something for each container, some at once, and kills the daemon meanwhile. */
    private void whileTheDaemonDies(IntConsumer work) throws InterruptedException {
        try (var workers = Executors.newFixedThreadPool(AT_ONCE)) {
            var done =
                    IntStream.range(0, CROWD)
                            .mapToObj(i -> workers.submit(() -> work.accept(i)))
                            .toList();
            for (int i = 0; i < KILLS; i++) {
                Thread.sleep(random.nextInt(1500));
                engine.kill();
                engine.start();
            }
            for (var one : done) {
                assertThat(one).as("seed %d", seed).succeedsWithin(java.time.Duration.ofMinutes(3));
            }
        }
    }

    /** Each joins the second network while it runs. */
    private void start(int number) {
        String name = "box" + number;
        for (int i = 0; i < TRIES; i++) {
            cli.run("run -d -p 80 --name " + name + " busybox sleep 1000");
            cli.run("network connect crowd " + name);
            String state = "{{.State.Running}} {{len .NetworkSettings.Networks}}";
            if (cli.run("inspect -f", state, name).line().equals("true 2")) {
                return;
            }
            cli.run("rm -f " + name);
            awaitDaemon();
        }
        throw new AssertionError(name + " does not start; jongd wrote:\n" + engine.log());
    }

    private void remove(int number) {
        String name = "box" + number;
        for (int i = 0; i < TRIES; i++) {
            if (cli.run("rm -f " + name).status() == 0
                    && cli.run("ps -aq -f name=^" + name + "$").line().isEmpty()) {
                return;
            }
            awaitDaemon();
        }
        throw new AssertionError(name + " does not go; jongd wrote:\n" + engine.log());
    }

    private static void awaitDaemon() {
        try {
            Thread.sleep(100);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void assertDistinct(String template) {
        List<String> values =
                IntStream.range(0, CROWD).mapToObj(i -> cli.inspect("box" + i, template)).toList();
        assertThat(values).as("seed %d", seed).doesNotHaveDuplicates().doesNotContain("");
    }

    /** What inspect says is what is inside, and names are found. */
    private void assertTrueInside() {
        for (int i = 0; i < CROWD; i += CROWD / 6) {
            String name = "box" + i;
            String address = cli.inspect(name, "{{.NetworkSettings.Networks.crowd.IPAddress}}");
            assertThat(cli.run("exec " + name + " ip -4 -o addr").succeeded().out())
                    .contains(" " + address + "/");
            cli.run("exec box1 ping -c 1 -W 2 " + name).succeeded();
        }
    }

    private List<String> ports() throws IOException {
        try (var members = Files.list(Path.of("/sys/class/net", engine.bridge(), "brif"))) {
            return members.map(Path::toString).toList();
        }
    }

    /** Elements of the packet filter's maps that name a container's address. */
    private List<String> published() {
        var address = java.util.regex.Pattern.quote(engine.subnetPrefix()) + "\\d+ \\.";
        return Command.of("nft", "list", "table", "inet", engine.table()).run().lines().stream()
                .filter(line -> java.util.regex.Pattern.compile(address).matcher(line).find())
                .toList();
    }
}
