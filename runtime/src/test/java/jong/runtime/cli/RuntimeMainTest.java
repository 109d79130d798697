package jong.runtime.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import jong.wire.json.Json;
import jong.wire.json.JsonObject;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Texts and statuses are those of runc 1.1.15. */
final class RuntimeMainTest {

    private static final Path PROGRAM = Path.of("target/native/jong-native").toAbsolutePath();
    private static final String ID = "cli-test-" + ProcessHandle.current().pid();

    @TempDir private Path bundle;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream errors = new ByteArrayOutputStream();

    @BeforeEach
    void makeBundle() throws IOException {
        Files.createDirectories(bundle.resolve("rootfs/bin"));
        for (String name : List.of("etc", "proc", "dev", "sys", "tmp")) {
            Files.createDirectories(bundle.resolve("rootfs").resolve(name));
        }
        Files.copy(Path.of("/bin/busybox"), bundle.resolve("rootfs/bin/busybox"));
        Files.createSymbolicLink(bundle.resolve("rootfs/bin/sh"), Path.of("busybox"));
        assertThat(run("spec", "--bundle", bundle.toString())).isZero();
    }

    @Test
    void whatCannotBeUnderstoodIsAnError() {
        check(1, "flag provided but not defined: --foo", "--foo");
        check(1, "no such command: foo", "foo");
        check(1, "flag needs an argument: --root", "--root");
        check(1, "start: 0 arguments, usage: jong-runc start [OPTIONS] ID", "start");
        check(
                1,
                "--systemd-cgroup: systemd's cgroup driver is not supported",
                "--systemd-cgroup",
                "list");
        check(
                1,
                "runc create failed: invalid container ID format: \\\"a/b\\\"",
                "create",
                "-b",
                bundle.toString(),
                "a/b");
        check(1, "File config.json exists. Remove it first", "spec", "-b", bundle.toString());
    }

    @Test
    void versionAndFeaturesNeedNoRights() {
        assertThat(run("--version")).isZero();
        assertThat(out.toString(UTF_8)).startsWith("jong-runc version 0.1.0\nspec: 1.2.1");
        out.reset();
        assertThat(run("features")).isZero();
        JsonObject features = Json.parseObject(out.toByteArray());
        assertThat(features.strings("mountOptions")).contains("ro", "rbind", "rro", "tmpcopyup");
        assertThat(features.object("linux").strings("capabilities")).contains("CAP_BPF");
    }

    @Test
    @Tag("root")
    void aContainerGoesThroughItsLife() throws IOException {
        setArgs("sh", "-c", "while true; do sleep 1; done");
        assertThat(run("create", "-b", bundle.toString(), "--pid-file", pidFile(), ID)).isZero();
        assertThat(state()).containsExactly("created", Files.readString(Path.of(pidFile())));
        assertThat(run("start", ID)).isZero();
        check(1, "cannot start an already running container", "start", ID);
        check(1, "cannot delete container " + ID + " that is not stopped: running", "delete", ID);
        out.reset();
        assertThat(run("exec", "-e", "A=5", "--cwd", "/tmp", ID, "sh", "-c", "pwd; exit $A"))
                .isEqualTo(5);
        assertThat(out.toString(UTF_8)).isEqualTo("/tmp\n");
        check(
                255,
                "exec failed: unable to start container process: exec: \\\"nosuch\\\": executable"
                        + " file not found in $PATH",
                "exec",
                ID,
                "nosuch");
        assertThat(run("pause", ID)).isZero();
        assertThat(state().getFirst()).isEqualTo("paused");
        assertThat(run("resume", ID)).isZero();
        check(1, "unknown signal \\\"FOO\\\"", "kill", ID, "FOO");
        assertThat(run("kill", ID, "KILL")).isZero();
        assertThat(run("delete", "--force", ID)).isZero();
        check(1, "container does not exist", "state", ID);
    }

    @Test
    @Tag("root")
    void runGivesOutputAndStatus() throws IOException {
        setArgs("sh", "-c", "echo out; exit 3");
        out.reset();
        assertThat(run("run", "-b", bundle.toString(), ID)).isEqualTo(3);
        assertThat(out.toString(UTF_8)).isEqualTo("out\n");
        out.reset();
        assertThat(run("list", "-q")).isZero();
        assertThat(out.toString(UTF_8)).isEmpty();
    }

    @Test
    @Tag("root")
    void errorsStandInTheLogFileForTheCaller() throws IOException {
        setArgs("nosuch");
        Path log = bundle.resolve("log.json");
        assertThat(
                        run(
                                "--log",
                                log.toString(),
                                "--log-format",
                                "json",
                                "run",
                                "-b",
                                bundle.toString(),
                                ID))
                .isEqualTo(1);
        JsonObject line = Json.parseObject(Files.readString(log));
        assertThat(line.string("level")).isEqualTo("error");
        assertThat(line.string("msg"))
                .isEqualTo(
                        "runc run failed: unable to start container process: exec: \"nosuch\":"
                                + " executable file not found in $PATH");
    }

    private List<String> state() {
        out.reset();
        assertThat(run("state", ID)).isZero();
        JsonObject state = Json.parseObject(out.toByteArray());
        return List.of(state.string("status"), Long.toString(state.number("pid")));
    }

    private String pidFile() {
        return bundle.resolve("pid").toString();
    }

    private void setArgs(String... args) throws IOException {
        Path file = bundle.resolve("config.json");
        JsonObject config = Json.parseObject(Files.readAllBytes(file));
        config.object("process").with("args", List.of(args));
        config.object("process").with("env", List.of("PATH=/bin"));
        config.object("linux").with("cgroupsPath", "/" + ID);
        Files.write(file, Json.writeBytes(config));
    }

    /** The message is compared as logrus quotes it. */
    private void check(int status, String message, String... args) {
        errors.reset();
        assertThat(run(args)).isEqualTo(status);
        assertThat(errors.toString(UTF_8).strip()).endsWith(" level=error msg=\"" + message + "\"");
    }

    private int run(String... args) {
        List<String> line = new ArrayList<>();
        if (!args[0].startsWith("--root")) {
            line.addAll(List.of("--root", bundle.resolve("run").toString()));
        }
        line.addAll(List.of(args));
        return RuntimeMain.run(
                PROGRAM,
                line,
                new PrintStream(out, true, UTF_8),
                new PrintStream(errors, true, UTF_8));
    }
}
