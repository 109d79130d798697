package jong.runtime.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import jong.wire.json.Json;
import jong.wire.json.JsonObject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Containers that are saved in files and come back, through the machine's criu. */
@Tag("root")
final class CheckpointTest {

    private static final AtomicInteger NUMBER = new AtomicInteger();

    /** Writes a number that only its memory has, and ends with a status when it is told to. */
    private static final String PROGRAM =
            "own=$(cat /proc/sys/kernel/random/uuid); until [ -e /dev/shm/end ]; do"
                    + " echo $own >/dev/shm/own; sleep 0.05; done; echo ended; exit 7";

    @TempDir private Path directory;
    private Runc runc;
    private String id;

    @BeforeAll
    static void criuMustWorkHere() throws IOException {
        Process check;
        try {
            check = new ProcessBuilder("criu", "check").redirectErrorStream(true).start();
        } catch (IOException e) {
            assumeTrue(false, "criu is not installed");
            return;
        }
        String said = new String(check.getInputStream().readAllBytes(), UTF_8);
        assumeTrue(
                check.onExit().join().exitValue() == 0, "criu check fails on this kernel: " + said);
    }

    @BeforeEach
    void prepare() throws IOException {
        runc = new Runc(directory);
        id = "criu-" + ProcessHandle.current().pid() + "-" + NUMBER.incrementAndGet();
        runc.args("sh", "-c", PROGRAM);
    }

    @AfterEach
    void nothingIsLeft() throws IOException {
        runc.close(id);
        assertThat(Files.readString(Path.of("/proc/self/mountinfo"))).doesNotContain(id);
    }

    /** With /dev/null as stdio: a file outside of the container could not be saved. */
    private void start() throws IOException {
        List<String> line =
                new ArrayList<>(
                        List.of("sh", "-c", "exec \"$@\" </dev/null >/dev/null 2>&1", "sh"));
        line.addAll(runc.line("run", "-d", "-b", runc.bundle.toString(), id));
        runc.run(new ProcessBuilder(line), "").succeeded();
    }

    private ProcessBuilder quiet(String... words) {
        List<String> line =
                new ArrayList<>(List.of("sh", "-c", "exec \"$@\" </dev/null >/dev/null", "sh"));
        line.addAll(runc.line(words));
        return new ProcessBuilder(line);
    }

    private Runc.Result checkpoint(String... options) throws IOException {
        List<String> words = new ArrayList<>(List.of("checkpoint", "--image-path", images()));
        words.addAll(List.of(options));
        words.add(id);
        return runc.run(words.toArray(String[]::new));
    }

    private Runc.Result restore() throws IOException {
        return runc.run(quiet(restoring("-d")), "");
    }

    private String[] restoring(String... options) {
        List<String> words = new ArrayList<>(List.of("restore", "--image-path", images()));
        words.addAll(List.of("-b", runc.bundle.toString()));
        words.addAll(List.of(options));
        words.add(id);
        return words.toArray(String[]::new);
    }

    private String images() {
        return directory.resolve("images").toString();
    }

    private String status() throws IOException {
        return runc.run("state", id).succeeded().json().string("status");
    }

    /** What the program writes now. */
    private String own() throws IOException {
        String wait = "busybox rm -f /dev/shm/own; until [ -s /dev/shm/own ]; do sleep 0.02; done;";
        return runc.run("exec", id, "sh", "-c", wait + " cat /dev/shm/own").succeeded().out();
    }

    private void tellToEnd() throws IOException {
        runc.run("exec", id, "sh", "-c", ": >/dev/shm/end").succeeded();
    }

    @Test
    void aContainerGoesOnWhereItWas() throws IOException {
        start();
        String before = own();
        checkpoint().succeeded();
        assertThat(runc.state(id)).doesNotExist();
        restore().succeeded();
        assertThat(status()).isEqualTo("running");
        assertThat(own()).isEqualTo(before);
        checkpoint("--work-path", directory.resolve("work").toString()).succeeded();
        assertThat(directory.resolve("work/dump.log")).isNotEmptyFile();
        restore().succeeded();
        assertThat(own()).isEqualTo(before);
    }

    @Test
    void aContainerThatIsLeftRunningRuns() throws IOException {
        start();
        String before = own();
        checkpoint("--leave-running").succeeded();
        assertThat(status()).isEqualTo("running");
        assertThat(own()).isEqualTo(before);
        Runc.Result again = restore();
        assertThat(again.status()).isEqualTo(1);
        assertThat(again.message())
                .isEqualTo("runc restore failed: container with given ID already exists");
        assertThat(own()).isEqualTo(before);
    }

    @Test
    void aPausedContainerComesBackRunning() throws IOException {
        start();
        String before = own();
        runc.run("pause", id).succeeded();
        checkpoint().succeeded();
        restore().succeeded();
        assertThat(status()).isEqualTo("running");
        assertThat(own()).isEqualTo(before);
    }

    @Test
    void aRestorationInTheForegroundEndsAsTheContainerDoes() throws IOException {
        start();
        checkpoint().succeeded();
        Process foreground = quiet(restoring()).start();
        awaitState(foreground);
        tellToEnd();
        assertThat(foreground.onExit().join().exitValue()).isEqualTo(7);
        assertThat(runc.state(id)).doesNotExist();
    }

    private void awaitState(Process process) {
        while (process.isAlive() && !Files.exists(runc.state(id).resolve("state.json"))) {
            Thread.onSpinWait();
        }
    }

    @Test
    void aTerminalComesBackWithItsContainer() throws IOException {
        runc.configure(config -> config.object("process").with("terminal", true));
        Process first = quiet("run", "-b", runc.bundle.toString(), id).start();
        awaitState(first);
        String before = own();
        checkpoint().succeeded();
        assertThat(first.onExit().join().exitValue()).isEqualTo(128 + 9);
        Path out = directory.resolve("out");
        Process second =
                new ProcessBuilder(runc.line(restoring())).redirectOutput(out.toFile()).start();
        awaitState(second);
        assertThat(own()).isEqualTo(before);
        tellToEnd();
        assertThat(second.onExit().join().exitValue()).isEqualTo(7);
        assertThat(out).hasContent("ended\n");
    }

    @Test
    void hooksRunWhenTheNamespacesAreThereAgain() throws IOException {
        Path told = directory.resolve("told");
        Path mounts = directory.resolve("mounts");
        hook("cat >" + told + "; cat /proc/self/mountinfo >" + mounts);
        start();
        checkpoint().succeeded();
        Files.delete(told);
        restore().succeeded();
        JsonObject state = Json.parseObject(Files.readAllBytes(told));
        assertThat(state.string("status")).isEqualTo("creating");
        assertThat(state.number("pid")).isEqualTo(pid());
        // What is mounted for criu, only criu sees.
        assertThat(Files.readString(mounts)).doesNotContain("criu-root");
    }

    private long pid() throws IOException {
        return runc.run("state", id).succeeded().json().number("pid");
    }

    private void hook(String script) throws IOException {
        Path hook = Files.writeString(directory.resolve("hook"), "#!/bin/sh\n" + script + "\n");
        hook.toFile().setExecutable(true);
        String hooks = "{\"createRuntime\": [{\"path\": \"" + hook + "\"}]}";
        runc.configure(config -> config.with("hooks", Json.parseObject(hooks)));
    }

    @Test
    void aRestorationWhoseHookFailsLeavesNothing() throws IOException {
        start();
        checkpoint().succeeded();
        hook("exit 3");
        Runc.Result result = restore();
        assertThat(result.status()).isEqualTo(1);
        assertThat(result.message())
                .startsWith(
                        "runc restore failed: error running createRuntime hook #0: exit status 3");
        assertNothingIsLeft();
    }

    private void assertNothingIsLeft() {
        assertThat(runc.state(id)).doesNotExist();
        assertThat(Path.of("/sys/fs/cgroup/pids", id)).doesNotExist();
    }

    /** The hook kills the program that was called, in the middle of its work. */
    @Test
    void aRestorationThatIsKilledLeavesNothing() throws IOException {
        start();
        checkpoint().succeeded();
        Path told = directory.resolve("told");
        hook("cat >" + told + "; kill -9 $(cut -d' ' -f4 /proc/$PPID/stat); sleep 0.2");
        assertThat(restore().status()).isEqualTo(128 + 9);
        long pid = Json.parseObject(Files.readAllBytes(told)).number("pid");
        while (ProcessHandle.of(pid).isPresent() || Files.exists(runc.state(id))) {
            Thread.onSpinWait();
        }
        assertNothingIsLeft();
    }

    @Test
    void aRestorationFromForeignFilesLeavesNothing() throws IOException {
        Runc.Result missing = restore();
        assertThat(missing.message())
                .isEqualTo("runc restore failed: open " + images() + ": no such file or directory");
        Path images = Files.createDirectory(Path.of(images()));
        assertThat(restore().message())
                .isEqualTo(
                        "runc restore failed: open "
                                + images.resolve("descriptors.json")
                                + ": no such file or directory");
        Files.writeString(images.resolve("descriptors.json"), "[]");
        Runc.Result empty = restore();
        assertThat(empty.message())
                .isEqualTo("runc restore failed: criu failed: type RESTORE errno 0");
        assertThat(empty.errors()).contains("--- Quoting \\\"" + images.resolve("restore.log"));
        assertNothingIsLeft();
    }

    @Test
    void whatCannotBeSavedIsRefused() throws IOException {
        Runc.Result missing = checkpoint();
        assertThat(missing.message()).isEqualTo("container does not exist");
        runc.run("create", "-b", runc.bundle.toString(), id).succeeded();
        assertThat(checkpoint().message())
                .isEqualTo("Container cannot be checkpointed in created state");
        runc.run("kill", id, "KILL").succeeded();
        while (!status().equals("stopped")) {
            Thread.onSpinWait();
        }
        assertThat(checkpoint().message())
                .isEqualTo("Container cannot be checkpointed in stopped state");
        assertThat(Path.of(images())).doesNotExist();
    }

    @Test
    void badOptionsAreRefusedAndTheContainerRunsOn() throws IOException {
        start();
        check("invalid manage-cgroups-mode value", "--manage-cgroups-mode", "props");
        check("namespace \"user\" is not supported", "--empty-ns", "user");
        check("--parent-path must be relative", "--parent-path", "/tmp");
        check(
                "invalid --parent-path: stat " + images() + "/none: no such file or directory",
                "--parent-path",
                "none");
        check("Use --page-server ADDRESS:PORT to specify page server", "--page-server", "here");
        check("Invalid port number", "--page-server", "127.0.0.1:http");
        assertThat(status()).isEqualTo("running");
    }

    private void check(String message, String... options) throws IOException {
        Runc.Result result = checkpoint(options);
        assertThat(result.status()).isEqualTo(1);
        assertThat(result.message()).isEqualTo(message);
    }
}
