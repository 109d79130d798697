package jong.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A container from its creation to its removal. */
@BlackBox
class LifecycleTest {

    private final Cli cli;

    LifecycleTest(Client client, Engine engine) {
        cli = engine.cli(client);
    }

    @Test
    void detachedRunPrintsTheIdAndPsShowsIt() {
        var id = cli.run("run -d --name one busybox sleep 1000").line();
        assertThat(id).matches("[0-9a-f]{64}");
        var format = "{{.ID}} {{.Image}} {{.Command}} {{.Names}} {{.State}}";
        assertThat(cli.run("ps --no-trunc --format", format).line())
                .isEqualTo(id + " busybox \"sleep 1000\" one running");
        assertThat(cli.run("ps").lines().getFirst())
                .containsSubsequence(
                        "CONTAINER ID", "IMAGE", "COMMAND", "CREATED", "STATUS", "PORTS", "NAMES");
        assertThat(cli.run("ps -q").line()).isEqualTo(id.substring(0, 12));
    }

    @Test
    void containersAreFoundByNameAndByPartOfTheId() {
        var id = cli.run("run -d --name found busybox sleep 1000").line();
        for (var name : List.of("found", "/found", id, id.substring(0, 12), id.substring(0, 5))) {
            assertThat(cli.inspect(name, "{{.Id}}")).isEqualTo(id);
        }
    }

    @Test
    void stopSendsTermAndKeepsTheExitStatus() {
        trapping("gentle", "trap 'echo bye; exit 3' TERM; echo ready");
        cli.run("stop gentle").succeeded();
        assertThat(cli.inspect("gentle", "{{.State.Status}} {{.State.ExitCode}}"))
                .isEqualTo("exited 3");
        assertThat(cli.run("logs gentle").out()).isEqualTo("ready\nbye\n");
    }

    @Test
    void stopKillsWhenTheTimeIsOver() {
        trapping("stubborn", "trap '' TERM; echo ready");
        cli.run("stop -t 1 stubborn").succeeded();
        assertThat(cli.inspect("stubborn", "{{.State.ExitCode}}")).isEqualTo("137");
    }

    @Test
    void killSendsTheSignalAskedFor() {
        trapping("listener", "trap 'echo usr1; exit 9' USR1; echo ready");
        cli.run("kill -s USR1 listener").succeeded();
        assertThat(cli.run("wait listener").succeeded().line()).isEqualTo("9");
        assertThat(cli.run("logs listener").out()).isEqualTo("ready\nusr1\n");
    }

    @Test
    void restartRunsTheSameContainerAgain() {
        cli.run(
                        "run -d --name again busybox sh -c",
                        "echo started >> /count; wc -l < /count; exec sleep 1000")
                .succeeded();
        var first = cli.pid("again");
        cli.run("restart -t 0 again").succeeded();
        assertThat(cli.pid("again")).isNotEqualTo(first);
        assertThat(cli.run("exec again cat /count").line()).isEqualTo("started\nstarted");
    }

    @Test
    void startAttachedGivesOutputAndStatus() {
        cli.run("create --name later busybox sh -c", "echo now; exit 4").succeeded();
        assertThat(cli.inspect("later", "{{.State.Status}}")).isEqualTo("created");
        assertThat(cli.run("start -a later").exitedWith(4).out()).isEqualTo("now\n");
    }

    @Test
    void pausedContainerStandsStill() {
        cli.run("run -d --name clock busybox sh -c", "while :; do echo tick; usleep 20000; done")
                .succeeded();
        cli.run("pause clock").succeeded();
        assertThat(cli.inspect("clock", "{{.State.Status}}")).isEqualTo("paused");
        var before = cli.run("logs clock").lines().size();
        assertThat(cli.run("logs clock").lines()).hasSize(before);
        assertThat(cli.run("exec clock true").exitedWith(1).err()).contains("is paused");
        cli.run("unpause clock").succeeded();
        assertThat(cli.inspect("clock", "{{.State.Status}}")).isEqualTo("running");
        try (var follow = cli.start("logs -f clock")) {
            follow.expect("more ticks", seen -> seen.lines().count() > before + 3);
        }
    }

    @Test
    void renamedContainerIsFoundByTheNewNameOnly() {
        cli.run("run -d --name old busybox sleep 1000").succeeded();
        cli.run("rename old new").succeeded();
        assertThat(cli.inspect("new", "{{.Name}}")).isEqualTo("/new");
        cli.run("inspect old").exitedWith(1);
        cli.run("run -d --name old busybox true").succeeded();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 5, 255})
    void waitPrintsTheExitStatus(int status) {
        cli.run("run -d --name waited busybox sh -c", "sleep 0.2; exit " + status).succeeded();
        assertThat(cli.run("wait waited").succeeded().line()).isEqualTo(Integer.toString(status));
    }

    @Test
    void logsKeepStreamsApartAndObeyTail() {
        cli.run("run --name wrote busybox sh -c", "echo one; echo two >&2; echo three; echo four")
                .succeeded();
        var all = cli.run("logs wrote").succeeded();
        assertThat(all.out()).isEqualTo("one\nthree\nfour\n");
        assertThat(all.err()).isEqualTo("two\n");
        // Between the two streams no order is promised, so tails are taken of one alone.
        cli.run("run --name counted busybox seq 5").succeeded();
        assertThat(cli.run("logs --tail 2 counted").out()).isEqualTo("4\n5\n");
        assertThat(cli.run("logs -t --tail 1 counted").out())
                .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d+Z 5\n");
    }

    @Test
    void followedLogEndsWithTheContainer() {
        cli.run("run -d --name talker busybox sh -c", "for i in 1 2 3; do echo $i; sleep 0.1; done")
                .succeeded();
        assertThat(cli.run("logs -f talker").succeeded().out()).isEqualTo("1\n2\n3\n");
    }

    @Test
    void attachShowsWhatFollowsAndGivesTheStatus() {
        cli.run("run -di --name echoing busybox sh -c", "read line; echo got $line; exit 6")
                .succeeded();
        try (var attached = cli.start("attach echoing")) {
            attached.type("hello\n").expect("got hello");
            assertThat(attached.status()).isEqualTo(6);
        }
    }

    @Test
    void restartPolicyRestartsOnFailureAsOftenAsAsked() {
        cli.run("run -d --name failing --restart on-failure:2 busybox sh -c", "echo run; exit 1")
                .succeeded();
        await("failing", "{{.State.Status}} {{.State.ExitCode}} {{.RestartCount}}", "exited 1 2");
        assertThat(cli.run("logs failing").out()).isEqualTo("run\nrun\nrun\n");
    }

    @Test
    void restartPolicyAlwaysSparesAContainerStoppedByHand() {
        cli.run("run -d --name eternal --restart always busybox sh -c", "echo run; exec sleep 1000")
                .succeeded();
        cli.run("stop -t 0 eternal").succeeded();
        assertThat(cli.inspect("eternal", "{{.State.Running}} {{.RestartCount}}"))
                .isEqualTo("false 0");
    }

    @Test
    void removedContainerIsGone() {
        cli.run("run --name gone busybox true").succeeded();
        assertThat(cli.run("rm gone").succeeded().line()).isEqualTo("gone");
        cli.run("inspect gone").exitedWith(1);
        cli.run("run -d --name gone busybox sleep 1000").succeeded();
        cli.run("rm -f gone").succeeded();
        assertThat(cli.run("ps -aq").out()).isEmpty();
    }

    @Test
    void topShowsTheProcesses() {
        cli.run("run -d --name tree busybox sh -c", "sleep 1000; :").succeeded();
        var lines = cli.run("top tree").succeeded().lines();
        assertThat(lines.getFirst()).contains("PID", "CMD");
        assertThat(lines).anyMatch(line -> line.contains("sleep 1000"));
    }

    /** Asks until {@code inspect} gives what is expected; a stuck engine fails the test. */
    private void await(String container, String template, String expected) {
        var deadline = System.nanoTime() + java.util.concurrent.TimeUnit.SECONDS.toNanos(30);
        var seen = cli.inspect(container, template);
        while (!seen.equals(expected)) {
            assertThat(System.nanoTime()).as("still %s", seen).isLessThan(deadline);
            seen = cli.inspect(container, template);
        }
    }

    /** Starts a shell that says ready and then waits, in small sleeps so that traps run. */
    private void trapping(String name, String script) {
        cli.run(
                        "run -d --name",
                        name,
                        "busybox",
                        "sh",
                        "-c",
                        script + "; while :; do sleep 0.05; done")
                .succeeded();
        try (var log = cli.start("logs -f", name)) {
            log.expect("ready");
        }
    }
}
