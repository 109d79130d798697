package jong.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import jong.oci.runtime.ProcessSpec;
import jong.wire.json.Json;
import jong.wire.json.JsonObject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code process} says of the first process, as that process sees it. */
@Tag("root")
final class ProcessAttributesTest {

    private static final int POLICY_FIELD = 41;

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

    /** What the script writes in a container whose process has the member, JSON text. */
    private void check(String member, String value, String script, String expected)
            throws IOException {
        JsonObject config = trial.script(script);
        config.object("process").with(member, Json.parse(value));
        assertThat(trial.output(config)).as(member).isEqualTo(expected);
        Files.delete(trial.bundle.log);
    }

    @Test
    void attributesOfTheKernelAreSet() throws IOException {
        String policy = "cut -d' ' -f" + POLICY_FIELD + " /proc/self/stat";
        check("scheduler", "{\"policy\":\"SCHED_BATCH\",\"nice\":5}", policy, "3\n");
        check("scheduler", "{\"policy\":\"SCHED_IDLE\"}", policy, "5\n");
        check("noNewPrivileges", "true", "grep NoNew /proc/self/status", "NoNewPrivs:\t1\n");
        check("oomScoreAdj", "500", "cat /proc/self/oom_score_adj", "500\n");
        check(
                "rlimits",
                "[{\"type\":\"RLIMIT_NOFILE\",\"soft\":77,\"hard\":99}]",
                "ulimit -n; ulimit -Hn",
                "77\n99\n");
        check(
                "user",
                "{\"uid\":5,\"gid\":6,\"umask\":63,\"additionalGids\":[8,9]}",
                "id -u; id -g; grep Groups /proc/self/status; umask",
                "5\n6\nGroups:\t8 9 \n0077\n");
    }

    @Test
    void theEnvironmentHasEachNameOnceAndAHome() throws IOException {
        check(
                "env",
                "[\"PATH=/bin\",\"A=1\",\"B=2\",\"A=3\",\"HOME=\"]",
                "cat /proc/self/environ | tr '\\0' '\\n' | grep -E '^(A|B|HOME)=' | sort",
                "A=3\nB=2\nHOME=/root\n");
        check(
                "cwd",
                "\"/made/on the way\"",
                "cat /proc/self/cmdline >/dev/null; readlink /proc/self/cwd",
                "/made/on the way\n");
    }

    @Test
    void personalityAndMemoryPolicyAreTheContainers() throws IOException {
        JsonObject config =
                trial.script("cat /proc/self/personality; cut -d' ' -f2 /proc/1/numa_maps");
        config.object("linux")
                .with("personality", new JsonObject().with("domain", "LINUX32"))
                .with("memoryPolicy", Json.parse("{\"mode\":\"MPOL_BIND\",\"nodes\":\"0\"}"));
        String output = trial.output(config);
        assertThat(output).startsWith("00000008\n");
        // A kernel without NUMA has no such file.
        if (Files.exists(Path.of("/proc/self/numa_maps"))) {
            assertThat(output.lines().skip(1)).contains("bind:0");
        }
    }

    @Test
    void aRefusedPolicyHasTheTextOfRunc() {
        JsonObject config = trial.script("true");
        config.object("linux")
                .with("memoryPolicy", Json.parse("{\"mode\":\"MPOL_BIND\",\"nodes\":\"1000\"}"));
        assertThatThrownBy(() -> trial.create(config).awaitReady())
                .hasMessage(
                        "unable to start container process: error during container init:"
                                + " set_mempolicy: invalid argument");
        trial.runtime.list().forEach(Container::destroy);
    }

    @Test
    void anExecRunsOnTheCpusThatItNames() throws IOException {
        assumeThat(Runtime.getRuntime().availableProcessors()).isGreaterThan(1);
        Container container = trial.create(trial.script("sleep 1000"));
        container.start();
        exec(container, "{\"final\":\"1\"}", "one");
        exec(container, "{\"initial\":\"0\",\"final\":\"0-1\"}", "two");
        exec(container, "{}", "all");
        String own =
                Files.readAllLines(Path.of("/proc/self/status")).stream()
                        .filter(line -> line.startsWith("Cpus_allowed_list"))
                        .findFirst()
                        .orElseThrow();
        container.destroy();
        assertThat(cpus("one")).isEqualTo("Cpus_allowed_list:\t1");
        assertThat(cpus("two")).isEqualTo("Cpus_allowed_list:\t0-1");
        assertThat(cpus("all")).isEqualTo(own);
    }

    private String cpus(String file) throws IOException {
        return Files.readString(trial.bundle.rootfs.resolve(file)).strip();
    }

    private static void exec(Container container, String affinity, String file) {
        JsonObject process =
                new JsonObject()
                        .with(
                                "args",
                                List.of(
                                        "sh",
                                        "-c",
                                        "grep Cpus_allowed_list /proc/self/status >/" + file))
                        .with("cwd", "/")
                        .with("env", List.of("PATH=/bin"))
                        .with("execCPUAffinity", Json.parse(affinity));
        ContainerExec exec = container.exec(new ProcessSpec(process), false);
        exec.start();
        exec.exit().join();
    }
}
