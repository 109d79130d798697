package jong.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import jong.linux.cgroups.CgroupHierarchy;
import jong.linux.cgroups.Cgroups;
import jong.oci.runtime.ProcessSpec;
import jong.runtime.monitor.ExitRecord;
import jong.runtime.monitor.Monitor;
import jong.runtime.monitor.MonitorAttachment;
import jong.wire.json.Json;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real containers through real monitors. */
@Tag("root")
final class ContainerRuntimeTest {

    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static final Monitor.Streams ALL = new Monitor.Streams(true, true, true, true);

    @TempDir private Path temporary;
    private TestBundle bundle;
    private static final boolean UNIFIED = Files.exists(Path.of("/sys/fs/cgroup/cgroup.procs"));

    private ContainerRuntime runtime;
    private String id;

    @BeforeEach
    void prepare() throws IOException {
        bundle = new TestBundle(temporary);
        runtime = new ContainerRuntime(TestBundle.PROGRAM, temporary.resolve("run"));
        id = "t" + ProcessHandle.current().pid() + "-" + NUMBER.incrementAndGet();
    }

    @AfterEach
    void nothingIsLeft() throws IOException {
        runtime.recover().forEach(Container::destroy);
        runtime.close();
        for (CgroupHierarchy hierarchy : Cgroups.detect().hierarchies()) {
            assertThat(hierarchy.group("/jong-runtime-test/" + id).directory()).doesNotExist();
        }
        try (Stream<Path> left = Files.list(temporary.resolve("run"))) {
            assertThat(left).isEmpty();
        }
        assertThat(Files.readAllLines(Path.of("/proc/self/mountinfo")))
                .filteredOn(line -> line.contains(temporary.toString()))
                .isEmpty();
    }

    @AfterAll
    static void removeTheCommonCgroup() throws IOException {
        for (CgroupHierarchy hierarchy : Cgroups.detect().hierarchies()) {
            hierarchy.group("/jong-runtime-test").remove();
        }
    }

    @Test
    void aProgramRunsAndItsExitCodeIsTold() {
        Container container = create("true");
        container.awaitReady();
        container.start();
        ExitRecord end = container.exit().join();
        assertThat(end.code()).isZero();
        assertThat(container.running()).isFalse();
        container.delete();

        assertThat(run("sh", "-c", "exit 255").code()).isEqualTo(255);
    }

    @Test
    void outputGoesToTheLog() throws IOException {
        run("sh", "-c", "echo one; echo two >&2; hostname; id -u");
        // The two pipes are read in no certain order.
        assertThat(bundle.output().lines()).containsExactlyInAnyOrder("one", "two", "box", "0");
    }

    @Test
    void theContainerSeesItsOwnNamespacesAndCgroup() throws IOException {
        run("sh", "-c", "echo $$; cat /proc/self/cgroup; ls /sys/fs/cgroup; ls /dev");
        assertThat(bundle.output())
                .startsWith("1\n")
                .contains(UNIFIED ? "0::/\n" : ":memory:/\n", "null\n", "ptmx\n")
                .doesNotContain("jong-runtime-test");
    }

    @Test
    void withoutACgroupNamespaceItsOwnCgroupIsShownReadOnly() throws IOException {
        JsonObject config =
                TestBundle.config(
                        id,
                        "sh",
                        "-c",
                        "cd /sys/fs/cgroup; cd pids 2>/dev/null; cat cgroup.procs;"
                                + " mkdir x 2>&1 || echo refused");
        List<Object> namespaces = new ArrayList<>(config.object("linux").list("namespaces"));
        namespaces.removeLast();
        config.object("linux").with("namespaces", namespaces);
        finish(runtime.create(bundle.setup(id, config, false)));
        assertThat(bundle.output()).startsWith("1\n").endsWith("refused\n");
    }

    @Test
    void anExecThatCannotBeginIsToldWithoutHarmToTheContainer() {
        Container container = create("sleep", "60");
        container.start();
        assertThatThrownBy(() -> container.exec(process("nosuch"), false))
                .isInstanceOf(StatusException.NotFound.class)
                .hasMessage(
                        "unable to start container process: exec: \"nosuch\": executable file not"
                                + " found in $PATH");
        assertThat(container.running()).isTrue();
        container.destroy();
    }

    @Test
    void limitsStandInTheCgroup() throws IOException {
        JsonObject config = TestBundle.config(id, "sleep", "60");
        config.object("linux")
                .with(
                        "resources",
                        Json.parseObject(
                                """
                                {"memory":{"limit":67108864,"swap":134217728},
                                 "cpu":{"quota":50000,"period":100000,"shares":512},
                                 "pids":{"limit":30}}
                                """));
        Container container = runtime.create(bundle.setup(id, config, false));
        container.start();
        assertThat(limit("memory", UNIFIED ? "memory.max" : "memory.limit_in_bytes"))
                .isEqualTo("67108864");
        assertThat(limit("cpu", UNIFIED ? "cpu.max" : "cpu.cfs_quota_us"))
                .isEqualTo(UNIFIED ? "50000 100000" : "50000");
        assertThat(container.usage().pids().current()).isEqualTo(1);
        assertThat(container.usage().pids().limit()).isEqualTo(30);
        assertThat(container.usage().memory().limit()).isEqualTo(64L << 20);
        assertThat(container.usage().cpu().total()).isPositive();
        container.destroy();
    }

    private String limit(String controller, String file) throws IOException {
        return Cgroups.detect()
                .withController(controller)
                .orElseThrow()
                .group("/jong-runtime-test/" + id)
                .read(file);
    }

    @Test
    void stdinAndOutputGoThroughAnAttachment() throws IOException {
        Container container = runtime.create(bundle.setup(id, TestBundle.config(id, "cat"), true));
        container.awaitReady();
        try (MonitorAttachment attachment = container.attach(ALL)) {
            container.start();
            attachment.stdin().write("hello\n".getBytes(UTF_8));
            attachment.closeStdin();
            assertThat(attachment.frames().readAllBytes()).isEqualTo(frame(1, "hello\n"));
        }
        assertThat(container.exit().join().code()).isZero();
        container.delete();
    }

    @Test
    void aTerminalHasItsSizeAndCanBeResized() throws IOException {
        JsonObject config = TestBundle.config(id, "sh", "-c", "stty size; cat; stty size");
        config.object("process")
                .with("terminal", true)
                .with("consoleSize", new JsonObject().with("height", 30L).with("width", 90L));
        Container container = runtime.create(bundle.setup(id, config, true));
        container.awaitReady();
        try (MonitorAttachment attachment = container.attach(ALL)) {
            container.start();
            var frames = new DataInputStream(attachment.frames());
            assertThat(output(frames, 7)).isEqualTo("30 90\r\n");
            container.resize(11, 22);
            attachment.stdin().write(4);
            assertThat(output(frames, 7)).isEqualTo("11 22\r\n");
            assertThat(frames.read()).isEqualTo(-1);
        }
        container.exit().join();
        container.delete();
    }

    /** The next {@code length} bytes of standard output; one write may come in several frames. */
    private static String output(DataInputStream frames, int length) throws IOException {
        String text = "";
        while (text.length() < length) {
            assertThat(frames.readInt() >>> 24).isEqualTo(1);
            text += new String(frames.readNBytes(frames.readInt()), UTF_8);
        }
        return text;
    }

    @Test
    void anExecRunsBesideTheFirstProcess() throws IOException {
        Container container = create("sleep", "60");
        container.start();
        ContainerExec exec = container.exec(process("sh", "-c", "echo in $HOME; exit 7"), false);
        try (MonitorAttachment attachment = exec.attach(ALL)) {
            exec.start();
            assertThat(attachment.frames().readAllBytes()).isEqualTo(frame(1, "in /root\n"));
        }
        assertThat(exec.exit().join().code()).isEqualTo(7);
        assertThat(container.pids()).containsExactly(container.pid());
        container.destroy();
    }

    @Test
    void aUserIsLookedUpInTheContainer() throws IOException {
        JsonObject config = TestBundle.config(id, "id");
        config.object("process").with("user", new JsonObject().with("username", "ana"));
        finish(runtime.create(bundle.setup(id, config, false)));
        assertThat(bundle.output())
                .isEqualTo("uid=1000(ana) gid=1000(ana) groups=77(x),1000(ana)\n");
    }

    @Test
    void anOverlayKeepsChangesInItsUpperDirectory() throws IOException {
        JsonObject config = TestBundle.config(id, "sh", "-c", "echo new > /etc/new");
        assertThat(finish(runtime.create(bundle.overlay(id, config))).code()).isZero();
        assertThat(temporary.resolve("upper/etc/new")).hasContent("new");
        assertThat(temporary.resolve("target")).isEmptyDirectory();
    }

    @Test
    void aFilterForbidsSystemCalls() throws IOException {
        JsonObject config =
                TestBundle.config(id, "sh", "-c", "mkdir /tmp/a 2>&1; echo $?; ls /tmp");
        config.object("linux")
                .with(
                        "seccomp",
                        Json.parseObject(
                                """
                                {"defaultAction":"SCMP_ACT_ALLOW","syscalls":[
                                 {"names":["mkdir","mkdirat"],"action":"SCMP_ACT_ERRNO",
                                  "errnoRet":95}]}
                                """));
        finish(runtime.create(bundle.setup(id, config, false)));
        assertThat(bundle.output())
                .isEqualTo("mkdir: can't create directory '/tmp/a': Operation not supported\n1\n");
    }

    @Test
    void rightsThatTheFilterTakesAreStillThereForTheSetup() throws IOException {
        JsonObject config = TestBundle.config(id, "cat", "/proc/self/status");
        config.object("process")
                .with("noNewPrivileges", true)
                .with("user", new JsonObject().with("uid", 5L).with("gid", 6L));
        config.object("linux")
                .with(
                        "seccomp",
                        Json.parseObject(
                                """
                                {"defaultAction":"SCMP_ACT_ALLOW","syscalls":[
                                 {"names":["setgroups","capset","mount"],
                                  "action":"SCMP_ACT_KILL_PROCESS"}]}
                                """));
        finish(runtime.create(bundle.setup(id, config, false)));
        assertThat(bundle.output())
                .contains("NoNewPrivs:\t1\n", "Seccomp:\t2\n", "Uid:\t5\t5\t5\t5\n")
                .contains("CapEff:\t0000000000000000\n", "CapBnd:\t00000000000000e1\n");
    }

    @Test
    void aProcessThatTakesTooMuchMemoryIsReported() {
        JsonObject config =
                TestBundle.config(id, "sh", "-c", "a=xxxxxxxx; while true; do a=$a$a; done");
        config.object("linux")
                .with(
                        "resources",
                        Json.parseObject("{\"memory\":{\"limit\":8388608,\"swap\":8388608}}"));
        ExitRecord end = finish(runtime.create(bundle.setup(id, config, false)));
        assertThat(end.code()).isEqualTo(137);
        assertThat(end.oomKilled()).isTrue();
    }

    @Test
    void errorsHaveTheTextsThatDockersUsersKnow() {
        checkFailure(
                "unable to start container process: exec: \"nosuch\": executable file not found in"
                        + " $PATH",
                TestBundle.config(id, "nosuch"));
        checkFailure(
                "unable to start container process: exec: \"/nosuch\": stat /nosuch: no such file"
                        + " or directory",
                TestBundle.config(id, "/nosuch"));
        checkFailure(
                "unable to start container process: exec: \"/etc\": is a directory",
                TestBundle.config(id, "/etc"));
        checkFailure(
                "unable to start container process: exec: \"/etc/plain\": permission denied",
                TestBundle.config(id, "/etc/plain"));
        JsonObject user = TestBundle.config(id, "true");
        user.object("process").with("user", new JsonObject().with("username", "foo"));
        checkFailure("unable to find user foo: no matching entries in passwd file", user);
        JsonObject cwd = TestBundle.config(id, "true");
        cwd.object("process").with("cwd", "/etc/passwd");
        checkFailure(
                "unable to start container process: error during container init: mkdir"
                        + " /etc/passwd: not a directory",
                cwd);
    }

    @Test
    void mountErrorsNameTheMount() {
        JsonObject missing = TestBundle.config(id, "true");
        addMount(missing, "/x", "bind", "/nosuch", "rbind");
        checkFailure(
                "unable to start container process: error during container init: error mounting"
                        + " \"/nosuch\" to rootfs at \"/x\": create mount destination for /x mount:"
                        + " bind mount source stat: stat /nosuch: no such file or directory",
                missing);
        JsonObject unknown = TestBundle.config(id, "true");
        addMount(unknown, "/x", "nofs", "nofs");
        checkFailure(
                "unable to start container process: error during container init: error mounting"
                        + " \"nofs\" to rootfs at \"/x\": mount nofs:/x: no such device",
                unknown);
        JsonObject option = TestBundle.config(id, "true");
        addMount(option, "/x", "tmpfs", "tmpfs", "size=foo");
        checkFailure(
                "unable to start container process: error during container init: error mounting"
                        + " \"tmpfs\" to rootfs at \"/x\": mount tmpfs:/x, data: size=foo: invalid"
                        + " argument",
                option);
    }

    @Test
    void signalsAndPauseReachTheProcesses() {
        Container container = create("sleep", "60");
        container.start();
        container.pause();
        assertThat(container.paused()).isTrue();
        assertThatThrownBy(() -> container.exec(process("true"), false))
                .isInstanceOf(StatusException.Conflict.class)
                .hasMessageStartingWith("cannot exec in a paused container");
        container.resume();
        assertThat(container.paused()).isFalse();
        container.signal(9);
        ExitRecord end = container.exit().join();
        assertThat(end.code()).isEqualTo(137);
        assertThat(end.signal()).isEqualTo(9);
        assertThatThrownBy(() -> container.signal(9))
                .isInstanceOf(StatusException.NotFound.class)
                .hasMessage("container not running");
        container.delete();
    }

    @Test
    void aContainerIsFoundAgainAfterARestart() throws IOException {
        Container before = runtime.create(bundle.setup(id, TestBundle.config(id, "cat"), true));
        var started = before.start();
        try (var restarted = new ContainerRuntime(TestBundle.PROGRAM, temporary.resolve("run"))) {
            Container found = restarted.recover().getFirst();
            assertThat(found.id()).isEqualTo(id);
            assertThat(found.pid()).isEqualTo(before.pid());
            assertThat(found.running()).isTrue();
            assertThat(found.startedAt()).contains(started);
            ContainerExec exec = found.exec(process("true"), false);
            exec.start();
            assertThat(exec.exit().join().code()).isZero();
            try (MonitorAttachment attachment = found.attach(ALL)) {
                attachment.stdin().write("again\n".getBytes(UTF_8));
                attachment.closeStdin();
                assertThat(attachment.frames().readAllBytes()).isEqualTo(frame(1, "again\n"));
            }
            assertThat(found.exit().join().code()).isZero();
        }
        try (var later = new ContainerRuntime(TestBundle.PROGRAM, temporary.resolve("run"))) {
            Container ended = later.recover().getFirst();
            assertThat(ended.running()).isFalse();
            assertThat(ended.exit().join().code()).isZero();
            ended.delete();
        }
    }

    @Test
    void aContainerThatWasNeverStartedDoesNotSurviveARestart() throws IOException {
        Container created = create("true");
        created.awaitReady();
        try (var restarted = new ContainerRuntime(TestBundle.PROGRAM, temporary.resolve("run"))) {
            assertThat(restarted.recover()).isEmpty();
        }
        assertThat(Path.of("/proc/" + created.pid())).doesNotExist();
    }

    @Test
    void aCreationThatDidNotReachItsRecordLeavesNoCgroup() throws IOException {
        Container created = create("true");
        created.awaitReady();
        Path run = temporary.resolve("run");
        Files.delete(run.resolve(id).resolve("container.json"));
        try (var restarted = new ContainerRuntime(TestBundle.PROGRAM, run)) {
            assertThat(restarted.recover()).isEmpty();
        }
        assertThat(Path.of("/proc/" + created.pid())).doesNotExist();
        assertThat(run.resolve(id)).doesNotExist();
    }

    @Test
    void anIdIsTakenOnlyOnce() {
        Container container = create("true");
        assertThatThrownBy(() -> create("true")).isInstanceOf(StatusException.AlreadyExists.class);
        container.destroy();
        assertThatThrownBy(() ->
                        runtime.create(bundle.setup("..", TestBundle.config("x", "true"), false)))
                .hasMessage("invalid container ID format: \"..\"");
    }

    private Container create(String... args) {
        return runtime.create(bundle.setup(id, TestBundle.config(id, args), false));
    }

    private ExitRecord run(String... args) {
        return finish(create(args));
    }

    private static ExitRecord finish(Container container) {
        container.awaitReady();
        container.start();
        ExitRecord end = container.exit().join();
        container.delete();
        return end;
    }

    private void checkFailure(String expected, JsonObject config) {
        assertThatThrownBy(
                        () -> {
                            Container container = runtime.create(bundle.setup(id, config, false));
                            try {
                                container.awaitReady();
                            } finally {
                                container.destroy();
                            }
                        })
                .isInstanceOf(StatusException.class)
                .hasMessage(expected);
    }

    private static void addMount(
            JsonObject config, String at, String type, String source, String... options) {
        config.list("mounts")
                .add(
                        new JsonObject()
                                .with("destination", at)
                                .with("type", type)
                                .with("source", source)
                                .with("options", List.of(options)));
    }

    private static ProcessSpec process(String... args) {
        return new ProcessSpec(
                new JsonObject()
                        .with("args", List.of(args))
                        .with("cwd", "/")
                        .with("env", List.of("PATH=/bin")));
    }

    private static byte[] frame(int stream, String text) {
        byte[] bytes = text.getBytes(UTF_8);
        byte[] frame = new byte[8 + bytes.length];
        frame[0] = (byte) stream;
        frame[7] = (byte) bytes.length;
        System.arraycopy(bytes, 0, frame, 8, bytes.length);
        return frame;
    }
}
