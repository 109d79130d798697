package jong.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** {@code -t}: a real terminal on both sides; ours is made by util-linux's script. */
@BlackBox
class TerminalTest {

    private static final String CONTROL_C = "\u0003";
    private static final String DETACH = "\u0010\u0011";

    private final Cli cli;

    TerminalTest(Client client, Engine engine) {
        cli = engine.cli(client);
    }

    @Test
    void processHasATerminalOfTheClientsSize() {
        try (var run = shell("run --rm -it busybox sh")) {
            run.type("tty; stty size; echo status=$?\r").expect("status=0");
            assertThat(run.output()).contains("/dev/pts/0", "33 101");
            run.type("exit 17\r");
            assertThat(run.status()).isEqualTo(17);
        }
    }

    @Test
    void environmentHasTerm() {
        try (var run = shell("run --rm -it busybox sh -c", "echo TERM is $TERM")) {
            run.expect("TERM is xterm");
            assertThat(run.status()).isZero();
        }
    }

    @Test
    void resizeOfTheClientReachesTheProcess() {
        try (var run =
                shell(
                        "run --rm -it busybox sh -c",
                        "trap 'stty size' WINCH; echo up; while :; do sleep 0.05; done")) {
            run.expect("up");
            resizeUntilSeen(run);
            run.type(CONTROL_C);
            run.status();
        }
    }

    @Test
    void controlCInterruptsTheProcess() {
        try (var run =
                shell(
                        "run --rm -it busybox sh -c",
                        "trap 'echo interrupted; exit 5' INT; echo up;"
                                + " while :; do sleep 0.05; done")) {
            run.expect("up").type(CONTROL_C).expect("interrupted");
            assertThat(run.status()).isEqualTo(5);
        }
    }

    @Test
    void detachKeysLeaveTheContainerRunning() {
        try (var run = shell("run -it --name left busybox sh")) {
            run.type("echo at-$((40+2))\r").expect("at-42").type(DETACH);
            assertThat(run.status()).isZero();
        }
        assertThat(cli.inspect("left", "{{.State.Running}}")).isEqualTo("true");
        try (var again = shell("attach left")) {
            again.type("echo back-$((50+1))\r").expect("back-51").type("exit 3\r");
            assertThat(again.status()).isEqualTo(3);
        }
    }

    @Test
    void detachKeysMayBeChosen() {
        try (var run = shell("run -it --name left --detach-keys ctrl-x,x busybox sh")) {
            run.type("echo at-$((40+2))\r").expect("at-42").type("\u0018x");
            assertThat(run.status()).isZero();
        }
        assertThat(cli.inspect("left", "{{.State.Running}}")).isEqualTo("true");
    }

    @Test
    void execHasATerminalOfItsOwn() {
        cli.run("run -d --name box busybox sleep 1000").succeeded();
        try (var exec = shell("exec -it box sh")) {
            exec.type("tty; stty size; echo status=$?\r").expect("status=0");
            assertThat(exec.output()).contains("/dev/pts/", "33 101");
            exec.type("exit 9\r");
            assertThat(exec.status()).isEqualTo(9);
        }
    }

    @Test
    void terminalIsRestoredAfterwards() {
        try (var run =
                new Command(
                                java.util.List.of(
                                        "script",
                                        "-qec",
                                        "stty sane; stty -g > /tmp/jong-tty-a; "
                                                + cli.client().program()
                                                + " run --rm -it busybox true; "
                                                + "stty -g > /tmp/jong-tty-b;"
                                                + " cmp /tmp/jong-tty-a /tmp/jong-tty-b",
                                        "/dev/null"),
                                cli.engine().clientEnvironment())
                        .start()) {
            assertThat(run.status()).isZero();
        }
    }

    @Test
    void terminalIsRefusedWhereInputIsNone() {
        var result = cli.runWithInput("x", "run --rm -it busybox true").exitedWith(1);
        assertThat(result.err()).contains("the input device is not a TTY");
    }

    @Test
    void outputOfATerminalIsInTheLogAsItWas() {
        cli.run("run -t --name raw busybox printf a\\nb\\n").succeeded();
        assertThat(cli.run("logs raw").succeeded().out()).isEqualTo("a\r\nb\r\n");
    }

    private Session shell(String... arguments) {
        return cli.startOnTerminal(33, 101, arguments);
    }

    /** Resizes again and again, because the client may not watch its terminal's size yet. */
    private static void resizeUntilSeen(Session session) {
        for (int rows = 40; rows < 80 && !session.output().contains(" 122"); rows++) {
            Command.of("stty", "-F", terminal(session), "rows", "" + rows, "cols", "122")
                    .run()
                    .succeeded();
            Command.of("sleep", "0.2").run().succeeded();
        }
        session.expect(" 122");
    }

    /** The terminal that script made: standard input of its child. */
    private static String terminal(Session session) {
        var child = ProcessHandle.of(session.pid()).orElseThrow().children().findFirst();
        try {
            return Files.readSymbolicLink(Path.of("/proc/" + child.orElseThrow().pid() + "/fd/0"))
                    .toString();
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
