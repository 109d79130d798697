package jong.runtime.cgroups;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import jong.oci.runtime.LinuxResources;
import jong.wire.json.Json;
import jong.wire.status.StatusException.InvalidArgument;
import org.junit.jupiter.api.Test;

final class SystemdUnitTest {

    @Test
    void aPathNamesSliceAndScope() {
        check("system.slice:runc:box", "/system.slice/runc-box.scope");
        check("a-b-c.slice::box", "/a.slice/a-b.slice/a-b-c.slice/box.scope");
        check("-.slice:x:box", "/x-box.scope");
        check(":docker:box", "/system.slice/docker-box.scope");
        check("", "/system.slice/runc-id.scope");
    }

    private static void check(String path, String cgroup) {
        var unit = SystemdUnit.parse(path, "id", "system.slice");
        assertThat(unit.cgroup()).isEqualTo(cgroup);
        assertThat(SystemdUnit.parse(unit.path(), "other", "other.slice")).isEqualTo(unit);
    }

    @Test
    void otherFormsAreRefused() {
        for (String path : List.of("/a/b", "a.slice:b", "a:b:c:d", "a/b.slice:c:d", "a.slice:b:")) {
            assertThatThrownBy(() -> SystemdUnit.parse(path, "id", "system.slice"))
                    .isInstanceOf(InvalidArgument.class)
                    .hasMessageContaining("\"slice:prefix:name\"");
        }
        for (String slice : List.of("a", "a--b.slice", "-a.slice", ".slice")) {
            assertThatThrownBy(() -> new SystemdUnit(slice, "p", "n").cgroup())
                    .hasMessage("invalid slice name: " + slice);
        }
    }

    @Test
    void limitsBecomePropertiesOfTheVersion() {
        String limits =
                "{\"memory\":{\"limit\":64,\"swap\":96,\"reservation\":32},\"pids\":{\"limit\":0},"
                        + "\"cpu\":{\"shares\":1024,\"quota\":33333,\"period\":50000,"
                        + "\"cpus\":\"0-1\"},\"blockIO\":{\"weight\":500}}";
        assertThat(properties(limits, true))
                .containsExactly(
                        "MemoryMax=64",
                        "MemoryLow=32",
                        "MemorySwapMax=32",
                        "CPUWeight=100",
                        "CPUQuotaPeriodSec=50000us",
                        "CPUQuota=66.67%",
                        "AllowedCPUs=0-1",
                        "TasksMax=1",
                        "IOWeight=500");
        assertThat(properties(limits, false))
                .contains("MemoryLimit=64", "CPUShares=1024", "BlockIOWeight=500")
                .noneMatch(property -> property.startsWith("AllowedCPUs"));
        assertThat(properties("{\"memory\":{\"limit\":-1},\"pids\":{\"limit\":-1}}", true))
                .containsExactly("MemoryMax=infinity", "TasksMax=infinity");
    }

    @Test
    void filesOfVersionTwoBecomeThePropertiesThatSystemdHas() {
        String files =
                "{\"unified\":{\"cpu.max\":\"25000 50000\",\"cpu.weight\":\"42\","
                        + "\"cpuset.cpus\":\"0\",\"cpuset.mems\":\"0\",\"memory.min\":\"1\","
                        + "\"memory.low\":\"2\",\"memory.high\":\"max\",\"memory.max\":\"9\","
                        + "\"memory.swap.max\":\"0\",\"pids.max\":\"max\",\"io.max\":\"x\"}}";
        assertThat(properties(files, true))
                .containsExactlyInAnyOrder(
                        "CPUQuotaPeriodSec=50000us",
                        "CPUQuota=50.00%",
                        "CPUWeight=42",
                        "AllowedCPUs=0",
                        "AllowedMemoryNodes=0",
                        "MemoryMin=1",
                        "MemoryLow=2",
                        "MemoryHigh=infinity",
                        "MemoryMax=9",
                        "MemorySwapMax=0",
                        "TasksMax=infinity");
        assertThat(properties("{\"unified\":{\"cpu.max\":\"max\"}}", true))
                .containsExactly("CPUQuota=");
        assertThatThrownBy(() -> properties("{\"unified\":{\"cpu.max\":\"much\"}}", true))
                .hasMessageContaining("\"cpu.max\"");
        assertThat(properties(files, false)).isEmpty();
    }

    private static List<String> properties(String limits, boolean unified) {
        return SystemdProperties.of(new LinuxResources(Json.parseObject(limits)), unified);
    }
}
