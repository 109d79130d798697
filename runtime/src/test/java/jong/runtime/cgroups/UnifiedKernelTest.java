package jong.runtime.cgroups;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import jong.linux.cgroups.Cgroup;
import jong.oci.runtime.LinuxResources;
import jong.wire.json.Json;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException.InvalidArgument;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** Limits, counts and kills as the kernel's version 2 has them. */
@Tag("root")
@EnabledIf("unified")
final class UnifiedKernelTest {

    private static final String ABOVE = "/jong-v2-" + ProcessHandle.current().pid();

    private final List<Process> processes = new ArrayList<>();
    private ContainerCgroup cgroup;
    private Cgroup files;

    static boolean unified() throws IOException {
        return ContainerCgroups.detect().unified();
    }

    @BeforeEach
    void name() throws IOException {
        cgroup = ContainerCgroups.detect().of(ABOVE + "/box");
        files = new Cgroup(Path.of("/sys/fs/cgroup" + ABOVE + "/box"));
    }

    @AfterEach
    void removeAll() throws Exception {
        cgroup.remove();
        new Cgroup(Path.of("/sys/fs/cgroup" + ABOVE)).remove();
        for (Process process : processes) {
            process.destroyForcibly().waitFor();
        }
    }

    private void create(String resources) throws IOException {
        cgroup.create(resources(resources));
    }

    private static LinuxResources resources(String json) {
        return new LinuxResources(Json.parseObject(json));
    }

    private String read(String file) throws IOException {
        return files.read(file);
    }

    /** A process in the container's group, or in the one below of that name; returns when it is. */
    private Process process(String below, String... command) throws IOException {
        ContainerCgroup group = ContainerCgroups.detect().of(ABOVE + "/box/" + below);
        group.fill(resources("{}"));
        String procs = group.placement().joinFiles().getFirst();
        String enter = "echo 0 >" + procs + " || exit 99; exec \"$@\"";
        List<String> line = new ArrayList<>(List.of("sh", "-c", enter, "sh"));
        line.addAll(List.of(command));
        Process process = new ProcessBuilder(line).start();
        processes.add(process);
        while (process.isAlive() && !cgroup.pids().contains((int) process.pid())) {
            Thread.onSpinWait();
        }
        return process;
    }

    @Test
    void limitsOfMemoryProcessorAndProcessesStandInTheirFiles() throws IOException {
        create(
                """
                {"memory":{"limit":67108864,"swap":100663296,"reservation":33554432},
                 "cpu":{"shares":512,"quota":50000,"period":200000,"burst":20000,"cpus":"0",
                  "mems":"0"},
                 "pids":{"limit":20},"hugepageLimits":[{"pageSize":"2MB","limit":4194304}]}
                """);
        assertThat(read("memory.max")).isEqualTo("67108864");
        assertThat(read("memory.swap.max")).isEqualTo("33554432");
        assertThat(read("memory.low")).isEqualTo("33554432");
        assertThat(read("cpu.weight")).isEqualTo("59");
        assertThat(read("cpu.max")).isEqualTo("50000 200000");
        assertThat(read("cpu.max.burst")).isEqualTo("20000");
        assertThat(read("cpuset.cpus")).isEqualTo("0");
        assertThat(read("cpuset.mems")).isEqualTo("0");
        assertThat(read("pids.max")).isEqualTo("20");
        assertThat(read("hugetlb.2MB.max")).isEqualTo("4194304");
        cgroup.update(
                resources(
                        "{\"memory\":{\"limit\":-1},\"cpu\":{\"quota\":-1,\"burst\":0},"
                                + "\"pids\":{\"limit\":-1}}"));
        assertThat(read("memory.max")).isEqualTo("max");
        assertThat(read("memory.swap.max")).isEqualTo("max");
        assertThat(read("cpu.max")).isEqualTo("max 200000");
        assertThat(read("pids.max")).isEqualTo("max");
    }

    @Test
    void anIdleGroupHasNoWeight() throws IOException {
        create("{\"cpu\":{\"idle\":1}}");
        assertThat(read("cpu.idle")).isEqualTo("1");
        cgroup.update(resources("{\"cpu\":{\"idle\":0,\"shares\":1024}}"));
        assertThat(read("cpu.idle")).isEqualTo("0");
        assertThat(read("cpu.weight")).isEqualTo("100");
    }

    @Test
    void limitsOfADiskStandInTheirFilesAndItsUseIsCounted() throws Exception {
        String device = Files.readString(Path.of("/sys/block/vda/dev")).strip();
        String[] numbers = device.split(":", -1);
        String rate = "[{\"major\":%s,\"minor\":%s,\"rate\":%%d}]".formatted(numbers);
        create(
                "{\"blockIO\":{\"weight\":500,\"throttleReadBpsDevice\":%s,%s}}"
                        .formatted(
                                rate.formatted(104_857_600),
                                "\"throttleWriteIOPSDevice\":" + rate.formatted(5000)));
        assertThat(read("io.weight")).isEqualTo("default 4950");
        assertThat(read("io.max"))
                .isEqualTo(device + " rbps=104857600 wbps=max riops=max wiops=5000");
        Path file = Path.of("/var/tmp" + ABOVE);
        Process writer =
                process("", "dd", "if=/dev/zero", "of=" + file, "bs=64k", "count=4", "oflag=sync");
        assertThat(writer.waitFor()).isZero();
        Files.delete(file);
        assertThat(cgroup.stats().object("blkio").objects("ioServiceBytesRecursive"))
                .filteredOn(entry -> entry.string("op").equals("Write"))
                .filteredOn(entry -> entry.number("major") == Long.parseLong(numbers[0]))
                .singleElement()
                .satisfies(e -> assertThat(e.number("value")).isGreaterThanOrEqualTo(4 * 65_536));
    }

    @Test
    void anyFileMayBeGivenByItsName() throws IOException {
        create(
                """
                {"unified":{"memory.high":"50331648","memory.oom.group":"1","cpu.weight":"42",
                 "cgroup.max.depth":"3"}}
                """);
        assertThat(read("memory.high")).isEqualTo("50331648");
        assertThat(read("memory.oom.group")).isEqualTo("1");
        assertThat(read("cpu.weight")).isEqualTo("42");
        assertThat(read("cgroup.max.depth")).isEqualTo("3");
        assertThatThrownBy(() -> cgroup.update(resources("{\"unified\":{\"nosuch.max\":\"1\"}}")))
                .isInstanceOf(InvalidArgument.class)
                .hasMessage(
                        "unified resource \"nosuch.max\" can't be set: controller \"nosuch\" not"
                                + " available");
    }

    @Test
    void aKillReachesTheGroupsBelowEvenWhenFrozen() throws Exception {
        create("{}");
        Process first = process("", "sleep", "1000");
        Process below = process("below", "sleep", "1000");
        assertThat(cgroup.pids())
                .as("without the doubles of a group whose threads only are known")
                .containsExactlyInAnyOrder((int) first.pid(), (int) below.pid());
        cgroup.freeze();
        assertThat(read("cgroup.events")).contains("frozen 1");
        cgroup.signalAll(9);
        assertThat(first.waitFor()).isEqualTo(128 + 9);
        assertThat(below.waitFor()).isEqualTo(128 + 9);
        cgroup.thaw();
        assertThat(cgroup.frozen()).isFalse();
    }

    @Test
    void countsAreThoseOfTheProcesses() throws Exception {
        create("{\"memory\":{\"limit\":16777216},\"pids\":{\"limit\":20}}");
        Process hungry = process("", "busybox", "tail", "/dev/zero");
        assertThat(hungry.waitFor()).isEqualTo(128 + 9);
        assertThat(cgroup.oomKills()).isEqualTo(1);
        process("", "sleep", "1000");
        JsonObject stats = cgroup.stats();
        JsonObject memory = stats.object("memory").object("usage");
        assertThat(memory.number("limit")).isEqualTo(16_777_216);
        assertThat(memory.number("usage")).isPositive().isLessThanOrEqualTo(16_777_216);
        assertThat(stats.object("memory").object("raw").keySet()).contains("anon", "file");
        assertThat(stats.object("pids").number("current")).isEqualTo(1);
        assertThat(stats.object("pids").number("limit")).isEqualTo(20);
        assertThat(stats.object("cpu").object("usage").number("total")).isPositive();
        assertThat(stats.object("cpu").object("usage").number("total"))
                .isGreaterThanOrEqualTo(stats.object("cpu").object("usage").number("user"));
    }

    /** config-linux.md: those files, and no limits. */
    @Test
    void aDelegatedGroupIsTheUsersButItsLimitsAreNot() throws IOException {
        create("{\"pids\":{\"limit\":20}}");
        cgroup.delegate(100_000);
        assertThat(Files.getAttribute(files.directory(), "unix:uid")).isEqualTo(100_000);
        for (String file : List.of("cgroup.procs", "cgroup.threads", "cgroup.subtree_control")) {
            assertThat(owner(file)).as(file).isEqualTo(100_000);
        }
        assertThat(owner("pids.max")).isEqualTo(0);
        assertThat(owner("cgroup.freeze")).isEqualTo(0);
    }

    private Object owner(String file) throws IOException {
        return Files.getAttribute(files.directory().resolve(file), "unix:uid");
    }
}
