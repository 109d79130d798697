package jong.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code run}: what goes in, what comes out, and the options that shape the process. */
@BlackBox
class RunTest {

    private final Cli cli;

    RunTest(Client client, Engine engine) {
        cli = engine.cli(client);
    }

    @Test
    void helloWorldNeedsNoRegistry() {
        assumeTrue(Engine.peer() == null, "dockerd carries no image inside");
        assertThat(cli.run("run --rm hello-world").succeeded().out()).contains("Hello from");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 42, 125, 126, 127, 255})
    void exitStatusOfTheProcessIsTheClients(int status) {
        cli.run("run --rm busybox sh -c", "exit " + status).exitedWith(status);
    }

    @Test
    void processEndedBySignalGives128AndItsNumber() {
        // pid 1 is immune to its own SIGKILL; a child of --init is not.
        cli.run("run --rm --init busybox sh -c", "kill -9 $$").exitedWith(137);
        cli.run("run --rm --init busybox sh -c", "kill -15 $$").exitedWith(143);
    }

    @Test
    void attachedRunEndsWith137WhenTheContainerIsKilled() {
        try (var run = cli.start("run --name victim busybox sh -c", "echo up; exec sleep 1000")) {
            run.expect("up");
            cli.run("kill victim").succeeded();
            assertThat(run.status()).isEqualTo(137);
        }
    }

    @Test
    void outputAndErrorStayApart() {
        var result = cli.run("run --rm busybox sh -c", "echo out; echo err >&2");
        assertThat(result.succeeded().out()).isEqualTo("out\n");
        assertThat(result.err()).isEqualTo("err\n");
    }

    @Test
    void largeOutputArrivesWhole() {
        var expected =
                IntStream.rangeClosed(1, 200_000)
                        .mapToObj(Integer::toString)
                        .collect(Collectors.joining("\n", "", "\n"));
        var result = cli.run("run --rm busybox seq 200000").succeeded();
        assertThat(result.out().equals(expected)).as("1.3 MB of numbers, unchanged").isTrue();
    }

    @Test
    void outputOfAProcessThatDiesAtOnceIsNotLost() {
        for (int i = 0; i < 5; i++) {
            assertThat(cli.sh("echo short-lived")).isEqualTo("short-lived");
        }
    }

    @Test
    void pipedInputReachesTheProcessAndEnds() {
        var text = "0123456789abcdef\n".repeat(100_000);
        var result = cli.runWithInput(text, "run --rm -i busybox wc -c");
        assertThat(result.succeeded().line()).isEqualTo(Integer.toString(text.length()));
    }

    @Test
    void withoutInteractiveTheProcessSeesNoInput() {
        var result = cli.runWithInput("unseen", "run --rm busybox cat");
        assertThat(result.succeeded().out()).isEmpty();
    }

    @Test
    void processMayEndBeforeItsInput() {
        var text = "first line\n" + "more\n".repeat(200_000);
        var result = cli.runWithInput(text, "run --rm -i busybox head -n 1");
        assertThat(result.succeeded().out()).isEqualTo("first line\n");
    }

    @Test
    void environmentComesFromOptionsAndFiles(@TempDir Path directory) throws IOException {
        var file =
                Files.writeString(directory.resolve("env"), "# remark\nFILE=one two\nBOTH=file\n");
        var shown =
                cli.sh(
                        "--env-file " + file + " -e BOTH=option -e OPTION=x=y",
                        "echo $FILE/$BOTH/$OPTION/$HOME");
        assertThat(shown).isEqualTo("one two/option/x=y//root");
    }

    @Test
    void workingDirectoryIsMadeWhenMissing() {
        assertThat(cli.sh("-w /made/for/this", "pwd")).isEqualTo("/made/for/this");
        assertThat(cli.sh("pwd")).isEqualTo("/");
    }

    @ParameterizedTest
    @ValueSource(strings = {"tester", "1000", "1000:1000", "tester:tester"})
    void userByNameOrNumber(String user) {
        assertThat(cli.sh("-u " + user, "id -u; id -g")).isEqualTo("1000\n1000");
    }

    @Test
    void userGetsItsSupplementaryGroupsAndHome() {
        assertThat(cli.sh("-u tester", "id -G; echo $HOME")).isEqualTo("1000 29\n/home/tester");
        assertThat(cli.sh("-u 12345:54321", "id -G")).isEqualTo("54321");
        assertThat(cli.sh("--group-add audio --group-add 777", "id -G")).isEqualTo("0 29 777");
    }

    @Test
    void entrypointReplacesTheImages() {
        var result = cli.run("run --rm --entrypoint echo busybox a b").succeeded();
        assertThat(result.out()).isEqualTo("a b\n");
    }

    @Test
    void hostnameIsTheIdOrTheOneAskedFor() {
        assertThat(cli.sh("--hostname chosen", "hostname; grep -c chosen /etc/hosts"))
                .isEqualTo("chosen\n1");
        assertThat(cli.sh("hostname")).matches("[0-9a-f]{12}");
    }

    @Test
    void readOnlyRootRefusesWritesButItsTmpfsTakesThem() {
        var script = "touch /x 2>/dev/null || echo refused; touch /scratch/x && echo taken";
        assertThat(cli.sh("--read-only --tmpfs /scratch", script)).isEqualTo("refused\ntaken");
    }

    @Test
    void tmpfsTakesTheModeOfWhatItCovers() {
        assertThat(cli.sh("--tmpfs /new --tmpfs /root", "stat -c %a /new /root"))
                .isEqualTo("1777\n700");
    }

    @Test
    void rootHasWhatProgramsLookForInContainers() {
        assertThat(cli.sh("stat -c '%a %s %F' /.dockerenv; readlink /etc/mtab"))
                .isEqualTo("755 0 regular empty file\n/proc/mounts");
        var memory = cli.sh("readlink /dev/core || echo none");
        assertThat(memory).isEqualTo(Files.exists(Path.of("/proc/kcore")) ? "/proc/kcore" : "none");
    }

    @Test
    void signalsAreAllAtTheirDefaults() {
        assertThat(cli.sh("grep -E 'Sig(Blk|Ign|Cgt)' /proc/self/status | cut -f2 | uniq"))
                .isEqualTo("0000000000000000");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-v /tmp:/proc", "-v /tmp:/proc/sys", "--tmpfs /proc"})
    void nothingButProcfsLiesOnProc(String options) {
        cli.run("run --rm " + options + " busybox true").exitedWith(125);
    }

    @Test
    void tmpfsHasTheOptionsAskedFor() {
        var mount = cli.sh("--tmpfs /scratch:size=1m,mode=700", "grep ' /scratch ' /proc/mounts");
        assertThat(mount)
                .startsWith("tmpfs /scratch tmpfs")
                .contains("size=1024k", "mode=700", "noexec", "nosuid", "nodev");
    }

    @Test
    void initReapsAndPassesSignalsOn() {
        assertThat(cli.sh("--init", "echo $$ > /dev/null; cat /proc/1/comm")).contains("init");
        cli.run("run -d --init --name calm busybox sleep 1000").succeeded();
        cli.run("stop calm").succeeded();
        assertThat(cli.inspect("calm", "{{.State.ExitCode}}")).isEqualTo("143");
    }

    @Test
    void shmSizeUlimitAndSysctlAreSet() {
        assertThat(cli.sh("--shm-size 8m", "df -k /dev/shm | tail -n1 | awk '{print $2}'"))
                .isEqualTo("8192");
        assertThat(cli.sh("--ulimit nofile=123:456", "ulimit -n")).isEqualTo("123");
        assertThat(cli.sh("--sysctl net.ipv4.ip_forward=0", "cat /proc/sys/net/ipv4/ip_forward"))
                .isEqualTo("0");
    }

    @Test
    void labelsAndCidFileAreWritten(@TempDir Path directory) throws IOException {
        var cidFile = directory.resolve("cid");
        cli.run(
                        "run -d --name labelled -l",
                        "a.b=c d",
                        "-l",
                        "empty",
                        "--cidfile",
                        cidFile.toString(),
                        "busybox",
                        "true")
                .succeeded();
        assertThat(cli.inspect("labelled", "{{json .Config.Labels}}"))
                .isEqualTo("{\"a.b\":\"c d\",\"empty\":\"\"}");
        assertThat(cli.inspect("labelled", "{{.Id}}")).isEqualTo(Files.readString(cidFile));
    }

    @Test
    void twentyAtOnceAllSucceed() throws InterruptedException {
        try (var threads = java.util.concurrent.Executors.newVirtualThreadPerTaskExecutor()) {
            var results =
                    threads.invokeAll(
                            java.util.stream.IntStream.range(0, 20)
                                    .<java.util.concurrent.Callable<Result>>mapToObj(i ->
                                            () -> cli.run("run --rm busybox echo", "number " + i))
                                    .toList());
            for (int i = 0; i < 20; i++) {
                assertThat(results.get(i).resultNow().succeeded().line()).isEqualTo("number " + i);
            }
        }
    }
}
