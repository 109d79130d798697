package jong.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import jong.linux.cgroups.Cgroup;
import jong.linux.cgroups.Cgroups;
import jong.oci.runtime.ProcessSpec;
import jong.oci.runtime.Spec;
import jong.runtime.box.Box;
import jong.runtime.plan.CgroupPlacement;
import jong.runtime.plan.ExecPlanRequest;
import jong.runtime.plan.Plan;
import jong.runtime.plan.PlanCompiler;
import jong.wire.json.Json;
import jong.wire.json.JsonObject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code execCPUAffinity.initial}, seen at the one moment that it is for: a named pipe stands for
 * the first group's file, so that the process stands still on its way in.
 */
@Tag("root")
final class ExecAffinityTest {

    @TempDir private Path directory;
    private Path gate;
    private Cgroup group;

    @BeforeEach
    void prepare() throws IOException {
        gate = directory.resolve("tasks");
        assertThat(Box.run(List.of("mkfifo", gate.toString())).status()).isZero();
        group = Cgroups.detect().unified().orElseThrow().group("/" + name());
        group.create();
    }

    @AfterEach
    void nothingIsLeft() throws IOException {
        group.remove();
    }

    @Test
    void theInitialCpusAreInForceBeforeAnyGroupIsEntered() throws Exception {
        assumeThat(Runtime.getRuntime().availableProcessors()).isGreaterThan(1);
        Path file = Files.write(directory.resolve("plan"), plan().encode());
        Process program =
                new ProcessBuilder(Box.PROGRAM.toString(), "exec", file.toString()).start();
        try {
            checkEntering(Path.of("/proc", Long.toString(awaitAtGate(program))));
        } finally {
            // Without a reader it would wait for ever.
            assertThat(Files.readString(gate)).isEqualTo("0");
        }
        String output = new String(program.getInputStream().readAllBytes());
        assertThat(output).contains("Cpus_allowed_list:\t1\n", "/" + name());
        assertThat(program.waitFor()).isZero();
    }

    private void checkEntering(Path entering) throws IOException {
        assertThat(Files.readAllLines(entering.resolve("status")))
                .contains("Cpus_allowed_list:\t0");
        assertThat(Files.readString(entering.resolve("cgroup"))).doesNotContain(name());
    }

    private static String name() {
        return "jong-affinity-" + ProcessHandle.current().pid();
    }

    /** An exec beside this process, in its namespaces. */
    private Plan plan() {
        JsonObject config = Box.config("");
        config.object("linux").with("namespaces", List.of(new JsonObject().with("type", "mount")));
        JsonObject process =
                Json.parseObject(
                        """
                        {"cwd":"/","user":{"uid":0},"env":["PATH=/bin:/usr/bin"],
                         "args":["cat","/proc/self/status","/proc/self/cgroup"],
                         "execCPUAffinity":{"initial":"0","final":"1"}}
                        """);
        String processes = group.directory().resolve("cgroup.procs").toString();
        return PlanCompiler.exec(
                new ExecPlanRequest(
                        "box",
                        directory,
                        new Spec(config),
                        new ProcessSpec(process),
                        (int) ProcessHandle.current().pid(),
                        0,
                        new CgroupPlacement(List.of(gate.toString(), processes), List.of(), false),
                        Optional.empty(),
                        "",
                        0));
    }

    /** The process that waits for a reader of the pipe. */
    private static long awaitAtGate(Process program) throws IOException {
        while (program.isAlive()) {
            for (ProcessHandle child : program.children().toList()) {
                Path waitsIn = Path.of("/proc", Long.toString(child.pid()), "wchan");
                if (Files.readString(waitsIn).contains("partner")) {
                    return child.pid();
                }
            }
        }
        throw new AssertionError(new String(program.getErrorStream().readAllBytes()));
    }
}
