package jong.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** No death of the daemon loses a container, a log line or an exit status. */
@Tag("root")
@ParameterizedClass
@EnumSource(Client.class)
@DisabledIfSystemProperty(named = "jong.test.peer", matches = ".+")
class SurvivalTest {

    private final Client client;
    private Engine engine;
    private Cli cli;

    SurvivalTest(Client client) {
        this.client = client;
    }

    @BeforeEach
    void startEngine() {
        engine = Engine.fresh();
        cli = engine.cli(client);
        cli.run("load -i", Fixtures.busybox().toString()).succeeded();
    }

    @AfterEach
    void stopEngine() {
        engine.close();
    }

    @Test
    void logWrittenWhileTheDaemonIsDeadIsComplete() throws IOException {
        cli.run(
                        "run -d --name writer busybox sh -c",
                        "i=0; while [ $i -lt 1000 ]; do echo line $i; i=$((i+1));"
                                + " usleep 1000; done;"
                                + " exit 7")
                .succeeded();
        var pid = cli.pid("writer");
        engine.kill();
        awaitEnd(pid);
        engine.start();
        var expected =
                IntStream.range(0, 1000).mapToObj(i -> "line " + i).collect(Collectors.toList());
        assertThat(cli.run("logs writer").succeeded().lines()).isEqualTo(expected);
        assertThat(cli.inspect("writer", "{{.State.Status}} {{.State.ExitCode}}"))
                .isEqualTo("exited 7");
    }

    @Test
    void networkThatWasJoinedOutlivesTheDaemon() {
        cli.run("network create joined").succeeded();
        cli.run("run -d --name box busybox sleep 1000").succeeded();
        cli.run("network connect joined box").succeeded();
        var address = cli.inspect("box", "{{.NetworkSettings.Networks.joined.IPAddress}}");
        engine.kill();
        engine.start();
        assertThat(cli.inspect("box", "{{.NetworkSettings.Networks.joined.IPAddress}}"))
                .isEqualTo(address);
        assertThat(cli.run("exec box ip -4 -o addr show eth1").succeeded().line())
                .contains(address);
        cli.run("run --rm --network joined busybox ping -c 1 -W 2 " + address).succeeded();
        cli.run("network disconnect joined box").succeeded();
        assertThat(cli.run("exec box ls /sys/class/net").line()).isEqualTo("eth0\nlo");
        cli.run("rm -f box").succeeded();
        cli.run("network rm joined").succeeded();
    }

    @Test
    void containerThatRanOnIsUsedAsBefore() {
        cli.run(
                        "run -di --name steady busybox sh -c",
                        "trap 'exit 9' TERM; echo up; while read line; do echo got $line; done")
                .succeeded();
        var pid = cli.pid("steady");
        var started = cli.inspect("steady", "{{.State.StartedAt}}");
        engine.kill();
        engine.start();
        assertThat(cli.pid("steady")).isEqualTo(pid);
        assertThat(cli.inspect("steady", "{{.State.StartedAt}}")).isEqualTo(started);
        assertThat(cli.run("ps --format {{.Names}}").line()).isEqualTo("steady");
        assertThat(cli.run("exec steady echo inside").succeeded().line()).isEqualTo("inside");
        try (var attached = cli.start("attach steady")) {
            attached.type("hello\n").expect("got hello");
        }
        cli.run("stop -t 1 steady").succeeded();
        assertThat(cli.inspect("steady", "{{.State.Running}}")).isEqualTo("false");
        cli.run("rm steady").succeeded();
    }

    @Test
    void publishedPortServesWhileTheDaemonIsDead() {
        cli.run(
                        "run -d --name web -p 28084:80 busybox sh -c",
                        "mkdir /www; echo served > /www/page; exec httpd -f -p 80 -h /www")
                .succeeded();
        engine.kill();
        var curl =
                new String[] {
                    "curl",
                    "-sS",
                    "-m",
                    "10",
                    "--retry",
                    "20",
                    "--retry-all-errors",
                    "--retry-delay",
                    "0",
                    "--retry-max-time",
                    "20",
                    "http://127.0.0.1:28084/page"
                };
        assertThat(Command.of(curl).run().succeeded().line()).isEqualTo("served");
        engine.start();
        assertThat(Command.of(curl).run().succeeded().line()).isEqualTo("served");
        cli.run("rm -f web").succeeded();
    }

    @Test
    void containersOfARestartPolicyComeBackAfterTheirDeathInBetween() throws IOException {
        cli.run("run -d --name eternal --restart always busybox sleep 1000").succeeded();
        var pid = cli.pid("eternal");
        engine.kill();
        Command.of("kill", "-9", Integer.toString(pid)).run().succeeded();
        awaitEnd(pid);
        engine.start();
        Command.of("sh", "-c", "sleep 1").run();
        assertThat(cli.inspect("eternal", "{{.State.Status}}")).isEqualTo("running");
    }

    @Test
    void containersThatNeedOthersComeBackAfterThese() throws Exception {
        List<String> names = List.of("base", "linked", "joined", "second");
        cli.run("run -d --name base --restart always busybox sleep 1000").succeeded();
        cli.run("run -d --name linked --restart always --link base:db busybox sleep 1000")
                .succeeded();
        cli.run("run -d --name joined --restart always --network container:base busybox sleep 1000")
                .succeeded();
        cli.run("run -d --name second --restart always --link linked:db busybox sleep 1000")
                .succeeded();
        var pids = names.stream().map(cli::pid).toList();
        engine.kill();
        for (int pid : pids) {
            Command.of("kill", "-9", Integer.toString(pid)).run().succeeded();
            awaitEnd(pid);
        }
        engine.start();
        for (String name : names) {
            awaitRunning(name);
        }
        assertThat(cli.run("exec linked ping -c 1 -W 2 db").status()).isZero();
    }

    @Test
    void imagesVolumesAndStoppedContainersAreStillThere() {
        cli.run(
                        "run --name done -v kept:/mnt busybox sh -c",
                        "echo text > /mnt/file; echo own > /own; exit 3")
                .exitedWith(3);
        engine.kill();
        engine.start();
        assertThat(cli.inspect("done", "{{.State.ExitCode}}")).isEqualTo("3");
        assertThat(cli.sh("-v kept:/mnt", "cat /mnt/file")).isEqualTo("text");
        cli.run("cp done:/own", engine.directory().resolve("own").toString());
        cli.run("rm done").succeeded();
    }

    @Test
    void killInTheMiddleOfStartsLeavesNothingThatRemoveDoesNotTake() throws InterruptedException {
        try (var threads = java.util.concurrent.Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 6; i++) {
                threads.submit(() -> cli.run("run -d busybox sleep 1000"));
            }
            Thread.sleep(150);
            engine.kill();
        }
        engine.start();
        engine.removeContainers();
        new Leftovers(engine).assertNone();
        assertThat(cli.sh("echo works")).isEqualTo("works");
    }

    private void awaitRunning(String name) throws InterruptedException {
        long end = System.nanoTime() + 20_000_000_000L;
        while (!cli.inspect(name, "{{.State.Status}}").equals("running")) {
            assertThat(System.nanoTime()).as(name + " does not run").isLessThan(end);
            Thread.sleep(100);
        }
    }

    private static void awaitEnd(int pid) throws IOException {
        Command.of(
                        "timeout",
                        "60",
                        "sh",
                        "-c",
                        "while [ -d /proc/" + pid + " ]; do sleep 0.05; done")
                .run()
                .succeeded();
        assertThat(Files.exists(Path.of("/proc/" + pid))).isFalse();
    }
}
