package jong.runtime.cgroups;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import jong.oci.runtime.LinuxResources;
import jong.wire.json.Json;
import jong.wire.status.StatusException.InvalidArgument;
import org.junit.jupiter.api.Test;

/** Expected files are those that runc 1.1.15 writes for the same resources. */
final class LimitsTest {

    @Test
    void legacyFilesAreWrittenInTheOrderTheKernelNeeds() {
        checkLegacy(
                "{\"memory\":{\"limit\":64,\"swap\":128,\"reservation\":32,\"swappiness\":10}}",
                Long.MAX_VALUE,
                "memory.limit_in_bytes 64",
                "memory.memsw.limit_in_bytes 128",
                "memory.soft_limit_in_bytes 32",
                "memory.swappiness 10");
        checkLegacy(
                "{\"memory\":{\"limit\":256,\"swap\":512}}",
                128,
                "memory.memsw.limit_in_bytes 512",
                "memory.limit_in_bytes 256");
        checkLegacy(
                "{\"memory\":{\"limit\":-1}}",
                128,
                "memory.memsw.limit_in_bytes -1",
                "memory.limit_in_bytes -1");
        checkLegacy(
                "{\"cpu\":{\"shares\":512,\"period\":100000,\"quota\":50000,\"cpus\":\"0-1\"}}",
                0,
                "cpu.shares 512",
                "cpu.cfs_period_us 100000",
                "cpu.cfs_quota_us 50000",
                "cpuset.cpus 0-1");
        checkLegacy("{\"cpu\":{\"shares\":0,\"quota\":0,\"period\":0}}", 0);
        checkLegacy("{\"pids\":{\"limit\":-1}}", 0, "pids.max max");
        checkLegacy("{\"pids\":{\"limit\":100}}", 0, "pids.max 100");
        checkLegacy(
                "{\"blockIO\":{\"throttleReadBpsDevice\":[{\"major\":8,\"minor\":0,\"rate\":9}]}}",
                0,
                "blkio.throttle.read_bps_device 8:0 9");
        checkLegacy(
                "{\"hugepageLimits\":[{\"pageSize\":\"2MB\",\"limit\":4}]}",
                0,
                "hugetlb.2MB.limit_in_bytes 4",
                "hugetlb.2MB.rsvd.limit_in_bytes 4");
        checkLegacy(
                "{\"network\":{\"classID\":1048577,\"priorities\":[{\"name\":\"eth0\","
                        + "\"priority\":5}]}}",
                0,
                "net_cls.classid 1048577",
                "net_prio.ifpriomap eth0 5");
        checkLegacy(
                "{\"rdma\":{\"mlx5_1\":{\"hcaHandles\":3}}}",
                0,
                "rdma.max mlx5_1 hca_handle=3 hca_object=max");
        checkLegacy(
                "{\"cpu\":{\"realtimePeriod\":1000000,\"realtimeRuntime\":950000,\"burst\":9}}",
                0,
                "cpu.rt_period_us 1000000",
                "cpu.rt_runtime_us 950000",
                "cpu.cfs_burst_us 9");
        checkLegacy(
                "{\"blockIO\":{\"weight\":500,\"weightDevice\":[{\"major\":8,\"minor\":0,"
                        + "\"leafWeight\":7}]}}",
                0,
                "blkio.weight 500",
                "blkio.leaf_weight_device 8:0 7");
    }

    @Test
    void unifiedFilesHaveTheirOwnNumbers() {
        checkUnified(
                "{\"memory\":{\"limit\":64,\"swap\":128,\"reservation\":32}}",
                "memory.swap.max 64",
                "memory.max 64",
                "memory.low 32");
        checkUnified("{\"memory\":{\"limit\":-1}}", "memory.swap.max max", "memory.max max");
        checkUnified(
                "{\"memory\":{\"limit\":64,\"swap\":64}}", "memory.swap.max 0", "memory.max 64");
        checkUnified("{\"cpu\":{\"quota\":50000,\"period\":100000}}", "cpu.max 50000 100000");
        checkUnified("{\"cpu\":{\"quota\":-1}}", "cpu.max max 100000");
        checkUnified("{\"pids\":{\"limit\":-1}}", "pids.max max");
        checkUnified("{\"pids\":{\"limit\":0}}", "pids.max 1");
        checkUnified("{\"blockIO\":{\"weight\":1000}}", "io.weight 10000");
        checkUnified("{\"unified\":{\"memory.high\":\"5\"}}", "memory.high 5");
    }

    @Test
    void whatIsNotGivenOfABandwidthStaysAsItIs() {
        var present = new UnifiedLimits.Present("20000 50000", false);
        assertThat(lines(UnifiedLimits.of(resources("{\"cpu\":{\"quota\":-1}}"), present)))
                .containsExactly("cpu.max max 50000");
        assertThat(lines(UnifiedLimits.of(resources("{\"cpu\":{\"period\":7000}}"), present)))
                .containsExactly("cpu.max 20000 7000");
    }

    private static LinuxResources resources(String json) {
        return new LinuxResources(Json.parseObject(json));
    }

    @Test
    void sharesBecomeWeightsByTheFormulaOfRuncs13() {
        assertThat(UnifiedLimits.weight(2)).isEqualTo(1);
        assertThat(UnifiedLimits.weight(1024)).isEqualTo(100);
        assertThat(UnifiedLimits.weight(262_144)).isEqualTo(10_000);
    }

    @Test
    void whatCannotBeSaidIsRefused() {
        assertThatThrownBy(() -> legacy("{\"unified\":{\"memory.high\":\"5\"}}", 0))
                .isInstanceOf(InvalidArgument.class);
        assertThatThrownBy(() -> unified("{\"unified\":{\"../x.y\":\"5\"}}"))
                .isInstanceOf(InvalidArgument.class);
        assertThatThrownBy(() -> unified("{\"memory\":{\"limit\":5,\"swap\":3}}"))
                .hasMessage("memory+swap limit should be >= memory limit");
        assertThatThrownBy(() -> legacy("{\"memory\":{\"swappiness\":101}}", 0))
                .hasMessage("invalid memory swappiness value: 101 (valid range is 0-100)");
        assertThatThrownBy(() -> unified("{\"memory\":{\"swap\":3}}"))
                .hasMessage("unable to set swap limit without memory limit");
    }

    private static void checkLegacy(String resources, long present, String... expected) {
        assertThat(legacy(resources, present)).containsExactly(expected);
    }

    private static void checkUnified(String resources, String... expected) {
        assertThat(unified(resources)).containsExactly(expected);
    }

    private static List<String> legacy(String resources, long present) {
        return lines(
                LegacyLimits.of(
                        new LinuxResources(Json.parseObject(resources)),
                        new LegacyLimits.Present(present, false)));
    }

    private static List<String> unified(String resources) {
        return lines(
                UnifiedLimits.of(
                        new LinuxResources(Json.parseObject(resources)),
                        UnifiedLimits.Present.NOTHING));
    }

    private static List<String> lines(List<Setting> settings) {
        return settings.stream().map(s -> s.file() + " " + s.value()).toList();
    }
}
