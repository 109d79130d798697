package jong.runtime.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import jong.oci.runtime.ProcessSpec;
import jong.oci.runtime.Spec;
import jong.runtime.box.Box;
import jong.runtime.seccomp.SeccompProgram;
import jong.wire.json.Json;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException;
import org.junit.jupiter.api.Test;

/** Plans as text lie beside the configurations; {@code -Djong.golden=update} rewrites them. */
final class PlanCompilerTest {

    private static final Path GOLDEN = Path.of("src/test/resources/jong/runtime/plan");
    private static final SeccompProgram FILTER =
            new SeccompProgram(4, new byte[] {6, 0, 0, 0, 0, 0, -1, 127});
    private static final List<RootEntry> ENTRIES =
            List.of(
                    new RootEntry.Link("/dev/core", "/proc/kcore"),
                    new RootEntry.EmptyFile("/.dockerenv", 0_755));
    private static final Rootfs ROOTFS =
            new Rootfs.Overlay(
                    List.of("/l/2", "/l/1"),
                    "/u",
                    "/w",
                    Path.of("/run/root"),
                    List.of("index=off"));
    private static final CgroupPlacement LEGACY =
            new CgroupPlacement(
                    List.of(
                            "/cg/cpu,cpuacct/jong/c1/cgroup.procs",
                            "/cg/systemd/jong/c1/cgroup.procs"),
                    List.of(
                            new CgroupView(
                                    "cpu,cpuacct",
                                    "cpu,cpuacct",
                                    Path.of("/cg/cpu,cpuacct/jong/c1")),
                            new CgroupView(
                                    "systemd",
                                    "none,name=systemd",
                                    Path.of("/cg/systemd/jong/c1"))),
                    false);
    private static final CgroupPlacement UNIFIED =
            new CgroupPlacement(
                    List.of("/cg/jong/c1/cgroup.procs"),
                    List.of(new CgroupView("", "", Path.of("/cg/jong/c1"))),
                    true);

    @Test
    void whatDockerAsksFor() throws IOException {
        golden("docker", container("docker", LEGACY, Optional.of(FILTER)));
    }

    @Test
    void theSameOnCgroup2WithoutItsOwnCgroupNamespace() throws IOException {
        JsonObject config = read("docker");
        config.object("linux")
                .objects("namespaces")
                .forEach(n -> n.with("type", n.string("type").replace("cgroup", "time")));
        golden("docker-unified", compile(config, UNIFIED, Optional.empty()));
    }

    @Test
    void everyMemberThatChangesThePlan() throws IOException {
        var listened = new SeccompProgram(4 | 1 << 3, FILTER.filter());
        golden("everything", container("everything", LEGACY, Optional.of(listened)));
    }

    /** It takes no label when it is mounted, unlike a tmpfs. */
    @Test
    void aMessageQueueIsLabelledOnceItIsMounted() throws IOException {
        JsonObject config = read("docker");
        config.object("linux").with("mountLabel", "system_u:object_r:some_t:s0");
        Box.withMount(config, "mqueue", "mqueue", "/dev/mqueue");
        assertThat(compile(config, LEGACY, Optional.empty()).operations())
                .filteredOn(operation -> operation.code() == OpCode.FILE_LABEL)
                .extracting(Operation::operands)
                .containsExactly(List.of("/dev/mqueue", "system_u:object_r:some_t:s0"));
    }

    @Test
    void anExecJoinsWhatTheContainerHas() throws IOException {
        var process =
                new ProcessSpec(
                        Json.parseObject(
                                """
                                {"args":["sh"],"cwd":"/","terminal":true,"noNewPrivileges":true,
                                 "consoleSize":{"height":24,"width":80},
                                 "execCPUAffinity":{"initial":"0","final":"1-2,9"},"env":["A=1","B=2","A=3"],
                                 "user":{"username":"ana:x","groupnames":["video"]}}
                                """));
        golden(
                "exec",
                PlanCompiler.exec(
                        new ExecPlanRequest(
                                "c1",
                                Path.of("/bundle"),
                                new Spec(read("docker")),
                                process,
                                4711,
                                99,
                                LEGACY,
                                Optional.of(FILTER),
                                "",
                                0)));
    }

    @Test
    void anExecTellsTheAgentOfItsOwnProcessAndTheContainers() throws IOException {
        JsonObject config = read("everything");
        var process = new ProcessSpec(Json.parseObject("{\"args\":[\"sh\"],\"cwd\":\"/\"}"));
        Plan plan =
                PlanCompiler.exec(
                        new ExecPlanRequest(
                                "c1",
                                Path.of("/bundle"),
                                new Spec(config),
                                process,
                                4711,
                                99,
                                LEGACY,
                                Optional.of(new SeccompProgram(1 << 3, FILTER.filter())),
                                "",
                                0));
        assertThat(plan.toString())
                .contains(
                        """
                        PARENT SECCOMP_LISTENER "/run/agent" ["{"ociVersion":"1.3.0",\
                        "fds":["seccompFd"],"pid":", ","metadata":"m\\\\"1","state":\
                        {"ociVersion":"1.3.0","id":"c1","status":"running","pid":4711,\
                        "bundle":"/bundle","annotations":{"a":"b\\\\"c"}}}"]
                        """);
    }

    @Test
    void whatCannotBeGivenIsLeftOutWithAWarning() throws IOException {
        JsonObject config = read("docker");
        config.object("process")
                .with(
                        "capabilities",
                        Json.parseObject(
                                """
                                {"bounding":["CAP_FOO","CAP_CHOWN","CAP_BAR"],
                                 "permitted":["CAP_CHOWN","CAP_KILL"],"inheritable":["CAP_KILL"],
                                 "ambient":["CAP_CHOWN","CAP_KILL"]}
                                """));
        Plan plan = compile(config, LEGACY, Optional.empty());
        assertThat(plan.toString()).contains("CAPABILITIES 0x1 0x0 0x21 0x20 0x20\n");
        assertThat(plan.warnings())
                .containsExactly(
                        "ignoring unknown or unavailable capabilities: [CAP_BAR CAP_FOO]",
                        "can't raise ambient capability CAP_CHOWN: operation not permitted");
    }

    @Test
    void sysctlsThatLeadOutOfTheirDirectoryAreRefused() {
        for (String key :
                List.of(
                        "net/../kernel/core_pattern",
                        "fs/mqueue/../../kernel/core_pattern",
                        "net/./x",
                        "net//x",
                        "net/",
                        "/net/x",
                        "net.ipv4..x",
                        "net.//.kernel",
                        "net.x.")) {
            checkRefused(
                    "sysctl \"" + key + "\" is not in a separate kernel namespace",
                    "linux.sysctl",
                    new JsonObject().with(key, "1"));
        }
    }

    @Test
    void rootfsPropagationReachesAllMountsOfTheHostButOnlyTheRootOfTheContainer()
            throws IOException {
        JsonObject config = read("docker");
        config.object("linux").with("rootfsPropagation", "shared");
        assertThat(compile(config, LEGACY, Optional.empty()).toString().lines())
                .contains(
                        "CHILD ROOT_PROPAGATION 0x104000", "CHILD ROOT_PROPAGATION_FINAL 0x100000");
    }

    @Test
    void configurationsThatCanNeverRunAreRefused() {
        checkRefused("Cwd must be an absolute path", "process.cwd", "x");
        checkRefused("args must not be empty", "process.args", List.of());
        checkRefused(
                "config.json: json: cannot unmarshal number into field args of type array",
                "process.args",
                5L);
        checkRefused(
                "sysctl \"kernel.panic\" is not in a separate kernel namespace",
                "linux.sysctl",
                new JsonObject().with("kernel.panic", "1"));
        checkRefused(
                "namespace \"foo\" does not exist",
                "linux.namespaces",
                List.of(new JsonObject().with("type", "foo")));
        checkRefused(
                "wrong rlimit value: RLIMIT_FOO",
                "process.rlimits",
                List.of(new JsonObject().with("type", "RLIMIT_FOO")));
        checkRefused(
                "invalid memory policy mode \"MPOL_FOO\"",
                "linux.memoryPolicy",
                new JsonObject().with("mode", "MPOL_FOO"));
        checkRefused(
                "invalid memory policy nodes \"3-1\": invalid range \"3-1\" in set \"3-1\"",
                "linux.memoryPolicy",
                new JsonObject().with("mode", "MPOL_BIND").with("nodes", "3-1"));
        checkRefused(
                "memory policy mode requires at least one node but got 0",
                "linux.memoryPolicy",
                new JsonObject().with("mode", "MPOL_BIND"));
        checkRefused(
                "invalid memory policy flag \"MPOL_F_X\"",
                "linux.memoryPolicy",
                new JsonObject().with("mode", "MPOL_LOCAL").with("flags", List.of("MPOL_F_X")));
        checkRefused("rootfsPropagation=foo is not supported", "linux.rootfsPropagation", "foo");
        checkRefused("HOSTNAME: NUL byte in \"a\\0b\"", "hostname", "a\0b");
        checkRefused(
                "unable to set hostname without a private UTS namespace",
                "linux.namespaces",
                List.of(new JsonObject().with("type", "mount")));
    }

    private static void checkRefused(String message, String member, Object value) {
        assertThatThrownBy(
                        () -> {
                            JsonObject config = read("docker");
                            int dot = member.indexOf('.');
                            JsonObject owner =
                                    dot < 0 ? config : config.object(member.substring(0, dot));
                            owner.with(member.substring(dot + 1), value);
                            compile(config, LEGACY, Optional.empty());
                        })
                .isInstanceOf(StatusException.class)
                .hasMessage(message);
    }

    private static Plan container(
            String name, CgroupPlacement cgroup, Optional<SeccompProgram> seccomp)
            throws IOException {
        return compile(read(name), cgroup, seccomp);
    }

    private static Plan compile(
            JsonObject config, CgroupPlacement cgroup, Optional<SeccompProgram> seccomp) {
        return PlanCompiler.container(
                new ContainerRequest(
                        "c1",
                        new Spec(config),
                        Path.of("/bundle"),
                        ROOTFS,
                        ENTRIES,
                        cgroup,
                        seccomp));
    }

    private static JsonObject read(String name) throws IOException {
        return Json.parseObject(Files.readAllBytes(GOLDEN.resolve(name + ".json")));
    }

    private static void golden(String name, Plan plan) throws IOException {
        Path file = GOLDEN.resolve(name + ".plan");
        if ("update".equals(System.getProperty("jong.golden"))) {
            Files.writeString(file, plan.toString());
        }
        assertThat(plan.toString()).isEqualTo(Files.readString(file));
    }
}
