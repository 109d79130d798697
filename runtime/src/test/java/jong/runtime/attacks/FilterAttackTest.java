package jong.runtime.attacks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import jong.oci.runtime.ProcessSpec;
import jong.runtime.Container;
import jong.runtime.ContainerExec;
import jong.runtime.TestBundle;
import jong.runtime.Trial;
import jong.runtime.box.FilterAgent;
import jong.wire.json.Json;
import jong.wire.json.JsonObject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** Ways around a system call filter, and ways to hang the runtime with one. */
@Tag("root")
@EnabledIfSystemProperty(named = "os.arch", matches = "amd64")
final class FilterAttackTest {

    /** Makes the directory /tmp/x by another way than the profile thinks of. */
    private static final String PROBE =
            """
            long call(long number)
            {
                register long result asm("rax") = number;
                register const char *path asm("rdi") = "/tmp/x";
                asm volatile("syscall" : "+r"(result) : "r"(path), "S"(0755)
                    : "rcx", "r11", "memory");
                return result;
            }
            long call_of_i386(long number, const char *path)
            {
                long result = number;
                asm volatile("int $0x80" : "+a"(result) : "b"(path), "c"(0755) : "memory");
                return result;
            }
            void end(long status)
            {
                asm volatile("syscall" : : "a"(231L), "D"(status));
            }
            static char low[] __attribute__((section(".data"))) = "/tmp/x";
            void _start(void)
            {
                long result = WAY;
                end(result < 0 ? -result : 0);
            }
            """;

    @TempDir private Path temporary;
    private Trial trial;

    @BeforeEach
    void prepare() throws IOException {
        trial = new Trial(temporary);
    }

    @AfterEach
    void nothingIsLeft() throws IOException {
        trial.close();
    }

    private void compileProbe(String way) throws IOException, InterruptedException {
        Path source = Files.writeString(temporary.resolve("probe.c"), PROBE);
        Path program = trial.bundle.rootfs.resolve("bin/probe");
        Process gcc =
                new ProcessBuilder(
                                "gcc",
                                "-static",
                                "-no-pie",
                                "-nostdlib",
                                "-fno-stack-protector",
                                "-w",
                                "-DWAY=" + way,
                                "-o",
                                program.toString(),
                                source.toString())
                        .inheritIO()
                        .start();
        assertThat(gcc.waitFor()).isZero();
    }

    private int status(String way, String defaultAction) throws Exception {
        compileProbe(way);
        JsonObject config = TestBundle.config(trial.id, "/bin/probe");
        String other = defaultAction.endsWith("ALLOW") ? "SCMP_ACT_ERRNO" : "SCMP_ACT_ALLOW";
        List<String> names =
                defaultAction.endsWith("ALLOW")
                        ? List.of("mkdir", "mkdirat")
                        : List.of("execve", "exit_group", "exit", "close_range", "prctl");
        config.object("linux")
                .with(
                        "seccomp",
                        new JsonObject()
                                .with("defaultAction", defaultAction)
                                .with("architectures", List.of("SCMP_ARCH_X86_64"))
                                .with(
                                        "syscalls",
                                        List.of(
                                                new JsonObject()
                                                        .with("names", names)
                                                        .with("action", other))));
        config.object("process").with("noNewPrivileges", true);
        int code = trial.run(config).code();
        assertThat(trial.bundle.rootfs.resolve("tmp/x")).as(way).doesNotExist();
        return code;
    }

    @Test
    void callsOfAnotherArchitectureKill() throws Exception {
        assertThat(status("call(83)", "SCMP_ACT_ALLOW")).as("mkdir").isEqualTo(1);
        assertThat(status("call_of_i386(39,low)", "SCMP_ACT_ALLOW")).isEqualTo(128 + 31);
        assertThat(status("call(0x40000000|83)", "SCMP_ACT_ALLOW")).isEqualTo(128 + 31);
    }

    @Test
    void callsNewerThanTheProfileDoNotExistAndOlderOnesAreRefused() throws Exception {
        assertThat(status("call(700)", "SCMP_ACT_ERRNO")).as("ENOSYS").isEqualTo(38);
        assertThat(status("call(83)", "SCMP_ACT_ERRNO")).as("EPERM").isEqualTo(1);
    }

    private JsonObject notifying(Path agent) {
        JsonObject config = trial.script("mkdir /tmp/y; echo made");
        config.object("linux")
                .with(
                        "seccomp",
                        Json.parseObject(
                                        """
                                        {"defaultAction":"SCMP_ACT_ALLOW","listenerMetadata":"meta",
                                         "syscalls":[{"names":["mkdir","mkdirat"],
                                          "action":"SCMP_ACT_NOTIFY"}]}
                                        """)
                                .with("listenerPath", agent.toString()));
        return config;
    }

    @Test
    void aListenerWithoutItsAgentIsAnErrorAndNotAHang() {
        Path agent = temporary.resolve("agent");
        assertThatThrownBy(() -> trial.create(notifying(agent)))
                .hasMessage(
                        "unable to start container process: error during container init: failed to"
                                + " connect with seccomp agent specified in the seccomp profile:"
                                + " dial unix "
                                + agent
                                + ": connect: no such file or directory");
    }

    @Test
    void theAgentIsToldWhoseCallsItAnswersAndItsEndLetsThemFail() throws Exception {
        Path agent = temporary.resolve("agent");
        for (boolean noNewPrivileges : new boolean[] {false, true}) {
            JsonObject config = notifying(agent);
            config.object("process").with("noNewPrivileges", noNewPrivileges);
            JsonObject told;
            int pid;
            try (var taking = new FilterAgent(agent)) {
                CompletableFuture<JsonObject> message = taking.next();
                Container container = trial.create(config);
                told = message.join();
                pid = container.pid();
                container.start();
                container.exit().join();
                container.delete();
            }
            assertThat(told.strings("fds")).containsExactly("seccompFd");
            assertThat(told.number("pid")).isEqualTo(pid);
            assertThat(told.string("metadata")).isEqualTo("meta");
            assertThat(told.object("state").string("status")).isEqualTo("creating");
            assertThat(told.object("state").string("id")).isEqualTo(trial.id);
            assertThat(told.object("state").number("pid")).isEqualTo(pid);
            assertThat(trial.bundle.output())
                    .as("without anybody who holds the listener, calls do not exist")
                    .contains("Function not implemented")
                    .contains("made");
            Files.delete(trial.bundle.log);
        }
    }

    @Test
    void anExecIsAnnouncedBesideItsContainer() throws Exception {
        Path agent = temporary.resolve("agent");
        try (var taking = new FilterAgent(agent)) {
            JsonObject config = notifying(agent);
            config.object("process").with("args", List.of("sleep", "1000"));
            CompletableFuture<JsonObject> first = taking.next();
            Container container = trial.create(config);
            container.start();
            assertThat(first.join().number("pid")).isEqualTo(container.pid());
            CompletableFuture<JsonObject> second = taking.next();
            ContainerExec exec =
                    container.exec(
                            new ProcessSpec(
                                    Json.parseObject("{\"args\":[\"/bin/true\"],\"cwd\":\"/\"}")),
                            false);
            JsonObject told = second.join();
            assertThat(told.number("pid")).isEqualTo(exec.pid());
            assertThat(told.object("state").number("pid")).isEqualTo(container.pid());
            assertThat(told.object("state").string("status")).isEqualTo("running");
            exec.start();
            assertThat(exec.exit().join().code()).isZero();
            container.destroy();
        }
    }
}
