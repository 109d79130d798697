package jong.runtime.cgroups;

import java.util.List;
import jong.oci.runtime.LinuxResources;
import jong.wire.status.StatusException.InvalidArgument;
import org.jspecify.annotations.Nullable;

/**
 * Translates {@code linux.resources} into control files of cgroup v1, in writing order. Limits of
 * kernel memory are ignored: the kernel has dropped them. Devices are not among these.
 */
final class LegacyLimits {

    private static final long MAX_SWAPPINESS = 100;

    private final SettingList settings = new SettingList();

    /**
     * What the groups have now.
     *
     * @param memoryLimit memory and memory with swap must be changed in an order in which the first
     *     never exceeds the second
     * @param bfq whether weights are those of the BFQ scheduler, in files of its own
     */
    record Present(long memoryLimit, boolean bfq) {}

    private LegacyLimits() {}

    /**
     * The writes that set {@code resources}.
     *
     * @param present what holds now
     * @throws InvalidArgument if version 1 has nothing like that
     */
    static List<Setting> of(LinuxResources resources, Present present) {
        if (!resources.unified().isEmpty()) {
            throw new InvalidArgument("invalid configuration: cannot use unified on cgroup v1");
        }
        var limits = new LegacyLimits();
        limits.memory(resources.memory(), present.memoryLimit);
        limits.cpu(resources.cpu());
        limits.settings.pids(resources.pidsLimit());
        limits.blockIo(resources.blockIo(), present.bfq ? "bfq.weight" : "weight");
        limits.settings.hugepages(resources, "limit_in_bytes");
        limits.network(resources);
        limits.settings.rdma(resources.rdma());
        return limits.settings.settings();
    }

    private void memory(LinuxResources.Memory memory, long present) {
        Long limit = SettingList.unlessZero(memory.limit());
        Long swap = SettingList.unlessZero(memory.swap());
        // Without swap accounting there is nothing to lift.
        boolean lifted = limit != null && limit == -1 && swap == null;
        if (lifted) {
            swap = -1L;
        }
        boolean swapFirst = swap != null && (swap == -1 || Long.compareUnsigned(present, swap) < 0);
        if (swapFirst) {
            swap(swap, lifted);
        }
        settings.add("memory", "limit_in_bytes", limit);
        if (!swapFirst) {
            swap(swap, lifted);
        }
        settings.add("memory", "soft_limit_in_bytes", SettingList.unlessZero(memory.reservation()));
        if (memory.disableOomKiller()) {
            settings.add("memory", "oom_control", 1);
        }
        swappiness(memory.swappiness());
    }

    private void swap(@Nullable Long swap, boolean optional) {
        if (optional) {
            settings.addOptional("memory", "memsw.limit_in_bytes", swap);
        } else {
            settings.add("memory", "memsw.limit_in_bytes", swap);
        }
    }

    private void swappiness(@Nullable Long swappiness) {
        if (swappiness == null || swappiness == -1) {
            return;
        }
        if (swappiness < 0 || swappiness > MAX_SWAPPINESS) {
            throw new InvalidArgument(
                    "invalid memory swappiness value: "
                            + Long.toUnsignedString(swappiness)
                            + " (valid range is 0-100)");
        }
        settings.add("memory", "swappiness", swappiness);
    }

    private void cpu(LinuxResources.Cpu cpu) {
        settings.add("cpu", "rt_period_us", SettingList.unlessZero(cpu.realtimePeriod()));
        settings.add("cpu", "rt_runtime_us", SettingList.unlessZero(cpu.realtimeRuntime()));
        settings.add("cpu", "shares", SettingList.unlessZero(cpu.shares()));
        settings.add("cpu", "cfs_period_us", SettingList.unlessZero(cpu.period()));
        settings.addOptional("cpu", "cfs_burst_us", cpu.burst());
        settings.add("cpu", "cfs_quota_us", SettingList.unlessZero(cpu.quota()));
        settings.add("cpu", "idle", cpu.idle());
        settings.add("cpuset", "cpus", cpu.cpus().isEmpty() ? null : cpu.cpus());
        settings.add("cpuset", "mems", cpu.mems().isEmpty() ? null : cpu.mems());
    }

    private void blockIo(LinuxResources.BlockIo io, String weight) {
        settings.add("blkio", weight, SettingList.unlessZero(io.weight()));
        settings.add("blkio", "leaf_weight", SettingList.unlessZero(io.leafWeight()));
        settings.devices("blkio", weight + "_device", "", given(io.weightDevice()));
        settings.devices("blkio", "leaf_weight_device", "", given(io.leafWeightDevice()));
        throttle(io, "ReadBps", "read_bps");
        throttle(io, "WriteBps", "write_bps");
        throttle(io, "ReadIOPS", "read_iops");
        throttle(io, "WriteIOPS", "write_iops");
    }

    /** One of a device's two weights may be missing. */
    private static List<LinuxResources.DeviceNumber> given(
            List<LinuxResources.DeviceNumber> weights) {
        return weights.stream().filter(weight -> weight.value() != 0).toList();
    }

    private void throttle(LinuxResources.BlockIo io, String name, String file) {
        settings.devices(
                "blkio",
                "throttle." + file + "_device",
                "",
                io.throttle("throttle" + name + "Device"));
    }

    private void network(LinuxResources resources) {
        settings.add("net_cls", "classid", SettingList.unlessZero(resources.networkClass()));
        resources
                .networkPriorities()
                .forEach((name, priority) ->
                        settings.add("net_prio", "ifpriomap", name + " " + priority));
    }
}
