package jong.dist;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code exec}: a further process in a running container. */
@BlackBox
class ExecTest {

    private final Cli cli;

    ExecTest(Client client, Engine engine) {
        cli = engine.cli(client);
    }

    @BeforeEach
    void startContainer() {
        cli.run("run -d --name box --hostname boxed -e KEPT=yes busybox sleep 1000").succeeded();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 42, 255})
    void exitStatusIsTheProcesss(int status) {
        cli.run("exec box sh -c", "exit " + status).exitedWith(status);
    }

    @Test
    void missingCommandIsNamed() {
        var result = cli.run("exec box nosuch");
        // 126 from dockerd up to 28, 127 from later ones.
        assertThat(result.status()).isIn(126, 127);
        assertThat(result.out() + result.err())
                .contains(
                        "exec failed: unable to start container process: exec: \"nosuch\": "
                                + "executable file not found in $PATH");
    }

    @Test
    void processLivesInTheContainersNamespaces() {
        var script = "hostname; for n in pid net mnt; do readlink /proc/self/ns/$n; done";
        var inside = cli.run("exec box sh -c", script).succeeded().out();
        var ofInit = cli.run("exec box sh -c", script.replace("/self/", "/1/")).succeeded();
        assertThat(inside).startsWith("boxed\n").isEqualTo(ofInit.out());
    }

    @Test
    void environmentDirectoryAndUserAreItsOwn() {
        var script = "echo $KEPT $NEW; pwd; id -u; id -G";
        var result = cli.run("exec -e NEW=1 -w /etc -u tester box sh -c", script);
        assertThat(result.succeeded().out()).isEqualTo("yes 1\n/etc\n1000\n1000 29\n");
    }

    @Test
    void inputIsPipedAndStreamsStayApart() {
        var result = cli.runWithInput("through\n", "exec -i box sh -c", "cat; echo no >&2");
        assertThat(result.succeeded().out()).isEqualTo("through\n");
        assertThat(result.err()).isEqualTo("no\n");
    }

    @Test
    void detachedProcessRunsOn() {
        cli.run("exec -d box sh -c", "echo done > /mark; sleep 1000").succeeded();
        try (var wait =
                cli.start(
                        "exec box sh -c", "until [ -s /mark ]; do usleep 10000; done; cat /mark")) {
            wait.expect("done");
        }
    }

    @Test
    void rightsAreTheContainersOnes() {
        var show = "grep -E '^(CapEff|CapBnd|Seccomp):' /proc/self/status";
        var exec = cli.run("exec box sh -c", show).succeeded().out();
        var init = cli.run("exec box sh -c", show.replace("self", "1")).succeeded().out();
        assertThat(exec).isEqualTo(init);
    }

    @Test
    void stoppedContainerRefuses() {
        cli.run("stop -t 0 box").succeeded();
        assertThat(cli.run("exec box true").exitedWith(1).err()).contains("is not running");
    }

    @Test
    void endOfTheContainerEndsIt() {
        try (var exec = cli.start("exec box sh -c", "echo in; sleep 1000")) {
            exec.expect("in");
            cli.run("kill box").succeeded();
            assertThat(exec.status()).isEqualTo(137);
        }
    }
}
